"""How inputs are read where SQL lacks the function: markup, lists of other programs."""

from python_udfs.inputs.functions import register
from python_udfs.inputs.literals import literal_to_json
from python_udfs.inputs.markup import plain_text

__all__ = ["literal_to_json", "plain_text", "register"]
