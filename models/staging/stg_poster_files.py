"""Posters from disk or a configured host: hashed and measured, or rejected."""

from python_udfs.images.posters import read_posters
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    items = dbt.ref("stg_item_rows").filter("rejected_reason is null and poster_uri is not null")
    posters = items.select("item_id, poster_uri").order("item_id")
    return read_posters(posters.fetchall(), settings, Environment.read())
