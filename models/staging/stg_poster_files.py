"""Posters as they lie on disk or on a configured host: hashed, measured, or rejected."""

from python_udfs.images.posters import read_posters
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    posters = dbt.ref("stg_items").select("item_id, poster_uri").filter("poster_uri is not null")
    return read_posters(posters.order("item_id").fetchall(), settings, Environment.read())
