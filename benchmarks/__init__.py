"""Benchmarks; figures with machine and versions stand in docs/benchmarks.md."""
