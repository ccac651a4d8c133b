"""External search for evidence."""
