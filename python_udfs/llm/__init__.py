"""The LLM runtime: prompts, endpoints, calls, and what follows from a failure."""
