"""Evaluation: how good the tags are, what the evaluators are worth, what an experiment says."""
