"""What every model of the project keeps to, as rules of dbt-score (`make lint`)."""

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
# Rows as they came, or events as they were logged: the same may be there twice.
_KEYLESS = {"int_experiment_exposures"}


@rule
def description_begins_with_the_grain(model: Model) -> RuleViolation | None:
    """A description begins with what a row is."""
    if not model.description.startswith("One row"):
        return RuleViolation("The description does not begin with the grain (One row per ...).")
    return None


@rule
def columns_are_described(model: Model) -> RuleViolation | None:
    """Every column that the properties name has a description, and they name some."""
    bare = [column.name for column in model.columns if not column.description]
    if bare or not model.columns:
        return RuleViolation(f"Columns without a description: {', '.join(bare) or 'all'}.")
    return None


@rule
def properties_are_beside_the_model(model: Model) -> RuleViolation | None:
    """The properties of a model are in a file of its own name beside it."""
    expected = PurePath(model.original_file_path).with_suffix(".yml").as_posix()
    found = (model.patch_path or "").split("://")[-1]
    if found != expected:
        return RuleViolation(f"The properties are in {found or 'no file'}, not in {expected}.")
    return None


@rule
def the_key_is_tested(model: Model) -> RuleViolation | None:
    """The key of a model is unique by a test."""
    if model.name.endswith("_rows") or model.name in _KEYLESS:
        return None
    tests = [*model.tests, *(test for column in model.columns for test in column.tests)]
    if not any(test.type in _KEY_TESTS for test in tests):
        return RuleViolation("No test says that the key is unique.")
    return None


@rule
def public_sql_has_a_contract(model: Model) -> RuleViolation | None:
    """What users query keeps its columns and types."""
    is_enforced = model.config.get("contract", {}).get("enforced", False)
    if model.access == "public" and model.language == "sql" and not is_enforced:
        return RuleViolation("A public model without a contract.")
    return None


@rule
def python_model_is_thin(model: Model) -> RuleViolation | None:
    """A Python model reads, calls one function and returns."""
    n_lines = model.raw_code.partition("def model(")[2].count("\n")
    if model.language == "python" and n_lines > _PYTHON_LINES:
        return RuleViolation(f"model() has {n_lines} lines (> {_PYTHON_LINES}).")
    return None
