"""Tests of python_udfs.matching."""
