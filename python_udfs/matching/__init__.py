"""Finds the nearest base tag of a string, by meaning or by spelling."""

from python_udfs.matching.nearest import NEIGHBOURS, nearest_base_tags
from python_udfs.matching.spelling import SPELLINGS, misspelled_base_tags

__all__ = ["NEIGHBOURS", "SPELLINGS", "misspelled_base_tags", "nearest_base_tags"]
