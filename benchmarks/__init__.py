"""Benchmarks; docs/benchmarks.md has the figures with machine and versions."""
