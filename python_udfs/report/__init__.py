"""One static page that shows how good the tags are, from the tables of a warehouse."""

from python_udfs.report.page import render_report

__all__ = ["render_report"]
