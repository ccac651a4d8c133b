"""The vocabulary of measured poster descriptions."""

from python_udfs.images.describe import description_word_table


def model(dbt, session):
    return description_word_table()
