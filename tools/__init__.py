"""Tools that make the sample and keep the project: nothing that users call."""
