"""Every input with its grain and columns, declared only here.

`make fix` writes vars, dbt sources, the SQL macro of inputs and the table of docs/inputs.md from
here. A column without `?` is required.
"""

from __future__ import annotations

from dataclasses import dataclass

from python_udfs.modalities import MODALITIES

__all__ = ["INPUTS", "Input"]


@dataclass(frozen=True)
class Input:
    """One input; `columns` in the order in which SQL has them, optional ones with a `?`."""

    name: str
    grain: str
    columns: str
    notes: str = ""
    # It is about one catalogue: if the user's own is read, the sample of this input is not used.
    is_of_one_catalogue: bool = False

    @property
    def names(self) -> list[str]:
        """All columns."""
        return [column.rstrip("?") for column in self.columns.split()]

    @property
    def required(self) -> list[str]:
        """The required columns."""
        return [column for column in self.columns.split() if not column.endswith("?")]


INPUTS = (
    Input(
        "items",
        "One row per item of the catalogue.",
        "item_id title original_title? summary? synopsis? genres? countries? release_date? people? "
        "poster_uri? created_at? updated_at? extra?",
        "genres, countries and people are lists; extra is JSON",
    ),
    Input(
        "base_tags",
        "One row per tag of the human schema.",
        "tag category? definition? aliases? parent?",
        "aliases is a list",
    ),
    Input(
        "tag_categories",
        "One row per path (modality and category).",
        "modality category level instruction max_tags path_weight? search_words?",
        f"modality is {' or '.join(MODALITIES)}, level broad or sub; "
        "search_words are looked up about each item before the path is asked",
    ),
    Input(
        "evaluators",
        "One row per evaluator of novel tags.",
        "evaluator bar weight? model? reads?",
        "bar is beta, 1 - beta or a number in [0, 1); reads is text, or lines for the lines of the "
        "item's text that are nearest to the tag",
    ),
    Input(
        "few_shot_examples",
        "One row per worked example of a path.",
        "example_id? modality category input output",
        "output is a JSON list of {name, score}",
    ),
    Input(
        "manual_tags",
        "One row per item and tag that a person gave.",
        "item_id tag tagger?",
        is_of_one_catalogue=True,
    ),
    Input(
        "documents",
        "One row per document for the local search.",
        "doc_id item_id? title url? text published_at?",
        is_of_one_catalogue=True,
    ),
    Input(
        "interactions",
        "One row per event of a user with an item.",
        "user_id item_id event_type occurred_at value?",
        "value is a number, e.g. stars",
        is_of_one_catalogue=True,
    ),
    Input(
        "experiment_events",
        "One row per event of a user in an A/B test.",
        "experiment_id group user_id item_id event_type occurred_at",
        "event_type is assignment, exposure, click, conversion or view; item_id may be empty for "
        "assignments",
        is_of_one_catalogue=True,
    ),
    Input(
        "manual_effort",
        "One row per step of tagging by hand.",
        "step minutes_per_item waiting_minutes?",
        is_of_one_catalogue=True,
    ),
    Input(
        "items_to_tag",
        "One row per item that gets questions.",
        "item_id",
        "without it every item is tagged",
    ),
)
