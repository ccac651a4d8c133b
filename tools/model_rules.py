"""Rules of dbt-score for every model of the project (`make lint`)."""

from pathlib import PurePath

from dbt_score import Model, RuleViolation, rule

__all__ = [
    "columns_are_described",
    "description_begins_with_the_grain",
    "properties_are_beside_the_model",
    "public_sql_has_a_contract",
    "python_model_is_thin",
    "the_key_is_tested",
]

_PYTHON_LINES = 25
_KEY_TESTS = {"unique", "unique_combination"}
# Raw rows or logged events: duplicates are allowed.
_KEYLESS = {"int_experiment_exposures"}


@rule
def description_begins_with_the_grain(model: Model) -> RuleViolation | None:
    """A description begins with the grain."""
    if not model.description.startswith("One row"):
        return RuleViolation("The description does not begin with the grain (One row per ...).")
    return None


@rule
def columns_are_described(model: Model) -> RuleViolation | None:
    """The properties list columns, and each has a description."""
    bare = [column.name for column in model.columns if not column.description]
    if bare or not model.columns:
        return RuleViolation(f"Columns without a description: {', '.join(bare) or 'all'}.")
    return None


@rule
def properties_are_beside_the_model(model: Model) -> RuleViolation | None:
    """A model's properties are in a YAML file of the same name beside it."""
    expected = PurePath(model.original_file_path).with_suffix(".yml").as_posix()
    found = (model.patch_path or "").split("://")[-1]
    if found != expected:
        return RuleViolation(f"The properties are in {found or 'no file'}, not in {expected}.")
    return None


@rule
def the_key_is_tested(model: Model) -> RuleViolation | None:
    """A test checks that the key of a model is unique."""
    if model.name.endswith("_rows") or model.name in _KEYLESS:
        return None
    tests = [*model.tests, *(test for column in model.columns for test in column.tests)]
    if not any(test.type in _KEY_TESTS for test in tests):
        return RuleViolation("No test checks that the key is unique.")
    return None


@rule
def public_sql_has_a_contract(model: Model) -> RuleViolation | None:
    """A public SQL model has a contract, so its columns and types are fixed."""
    is_enforced = model.config.get("contract", {}).get("enforced", False)
    if model.access == "public" and model.language == "sql" and not is_enforced:
        return RuleViolation("A public model lacks a contract.")
    return None


@rule
def python_model_is_thin(model: Model) -> RuleViolation | None:
    """A Python model reads, calls one function and returns."""
    n_lines = model.raw_code.partition("def model(")[2].count("\n")
    if model.language == "python" and n_lines > _PYTHON_LINES:
        return RuleViolation(f"model() has {n_lines} lines (> {_PYTHON_LINES}).")
    return None
