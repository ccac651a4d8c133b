"""One module for each section of the page; each has `section(...)`."""
