"""The command `tagsmith`: what people call at a terminal."""
