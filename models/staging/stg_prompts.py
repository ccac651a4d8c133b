"""Prompt files of the package by name and hash; a changed prompt is a new question."""

from python_udfs.llm.prompts import prompt_table


def model(dbt, session):
    return prompt_table()
