"""Every input with its grain and columns, declared only here.

`make fix` writes vars, dbt sources, the SQL macro of inputs and the table of docs/inputs.md from
here. A column without `?` is required. What follows the colon is how its values are read
(macros/inputs/read_value.sql); without one it is a word, that is text as it is given.
"""

from __future__ import annotations

from dataclasses import dataclass

from python_udfs.modalities import MODALITIES

__all__ = ["INPUTS", "KINDS", "OUR_READ_OPTIONS", "READ_OPTIONS", "Input"]

# Each kind of column with what docs/inputs.md says of it.
KINDS = {
    "word": "text as given",
    "text": "text; a placeholder is no value",
    "prose": "text without markup; a placeholder is no value",
    "title": "like prose, but `None` or `Unknown` may be a title",
    "id": "text; a whole number has no decimals",
    "list": "list of texts",
    "date": "day; at least its year",
    "time": "time in UTC",
    "number": "number",
    "json": "JSON",
    "raw": "text as given, not even trimmed",
}

_CSV = (
    "delim sep quote escape header skip comment nullstr null_padding ignore_errors strict_mode "
    "max_line_size names compression new_line union_by_name hive_partitioning"
)
_JSON = "records format ignore_errors maximum_object_size compression union_by_name"
# Options of each of DuckDB's readers that the var <input>_read may set, beside those of ours.
READ_OPTIONS = {
    "csv": frozenset(_CSV.split()),
    "json": frozenset(_JSON.split()) | {"hive_partitioning"},
    "parquet": frozenset({"binary_as_string", "union_by_name", "hive_partitioning"}),
    "xlsx": frozenset({"sheet", "range", "ignore_errors", "header"}),
}
OUR_READ_OPTIONS = ("reader", "encoding", "separators", "keys", "day_first")


@dataclass(frozen=True)
class Input:
    """One input; `columns` in the order in which SQL has them, optional ones with a `?`."""

    name: str
    grain: str
    columns: str
    notes: str = ""
    # It is about one catalogue: if the user's own is read, the sample of this input is not used.
    is_of_one_catalogue: bool = False
    # It may have millions of rows, so nothing is inferred from all of them together.
    is_log: bool = False

    @property
    def given(self) -> list[str]:
        """All columns as a user sees them, optional ones with a `?`."""
        return [column.partition(":")[0] for column in self.columns.split()]

    @property
    def kinds(self) -> dict[str, str]:
        """How each column is read, by its name."""
        pairs = (column.partition(":") for column in self.columns.split())
        return {name.rstrip("?"): kind or "word" for name, _, kind in pairs}

    @property
    def names(self) -> list[str]:
        """All columns."""
        return list(self.kinds)

    @property
    def required(self) -> list[str]:
        """The required columns."""
        return [column for column in self.given if not column.endswith("?")]


INPUTS = (
    Input(
        "items",
        "One row per item of the catalogue.",
        "item_id:id title:title original_title?:title summary?:prose synopsis?:prose genres?:list "
        "countries?:list release_date?:date people?:list poster_uri?:text created_at?:time "
        "updated_at?:time extra?:json",
        "genres, countries and people are lists; extra is JSON",
    ),
    Input(
        "base_tags",
        "One row per tag of the human schema.",
        "tag:raw category?:text definition?:prose aliases?:list parent?:raw",
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
        "bar is beta, 1 - beta or a number in [0, 1); reads is text, opening (the text without the "
        "synopsis) or lines (those of the text that are nearest to the tag)",
    ),
    Input(
        "few_shot_examples",
        "One row per worked example of a path.",
        "example_id?:raw modality category input output",
        "output is a JSON list of {name, score}",
    ),
    Input(
        "manual_tags",
        "One row per item and tag that a person gave.",
        "item_id:id tag:raw tagger?:text",
        is_of_one_catalogue=True,
    ),
    Input(
        "documents",
        "One row per document for the local search.",
        "doc_id:id item_id?:id title:prose url?:text text:prose published_at?:time",
        is_of_one_catalogue=True,
    ),
    Input(
        "interactions",
        "One row per event of a user with an item.",
        "user_id:id item_id:id event_type occurred_at:time value?:number",
        "value is a number, e.g. stars",
        is_of_one_catalogue=True,
        is_log=True,
    ),
    Input(
        "experiment_events",
        "One row per event of a user in an A/B test.",
        "experiment_id group user_id:id item_id:id event_type occurred_at:time",
        "event_type is assignment, exposure, click, conversion or view; item_id may be empty for "
        "assignments",
        is_of_one_catalogue=True,
        is_log=True,
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
        "item_id:id",
        "without it every item is tagged",
    ),
)
