"""Posters: read, checked and measured."""
