"""The LLM runtime: prompts, endpoints, calls and failure policies."""
