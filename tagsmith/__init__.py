"""The command `tagsmith`, for use at a terminal."""
