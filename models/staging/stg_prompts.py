"""Prompt files by name and hash; a changed prompt is a new question."""

from python_udfs.llm.prompts import prompt_table
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return prompt_table(settings.prompts_folder)
