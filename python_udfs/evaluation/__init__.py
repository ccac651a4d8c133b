"""Evaluation: quality of the tags, value of the evaluators, results of experiments."""
