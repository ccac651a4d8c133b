"""Tests of python_udfs.embedding."""
