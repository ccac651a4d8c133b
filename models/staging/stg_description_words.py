"""The words that the measured description of a poster may consist of, as the package has them."""

from python_udfs.images.describe import description_word_table


def model(dbt, session):
    return description_word_table()
