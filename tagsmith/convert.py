"""Convert the publishers' own files into the folder that `make evaluate` reads.

Reads MovieLens (GroupLens), MPST and TMDB-derived metadata (The Movies Dataset, TMDB 5000) and
writes items, plots, human_tags and ratings as parquet. Every source is optional. The command
reports the data missing without it and counts skipped rows. Sources, terms, layout: docs/data.md.
"""

from __future__ import annotations

import ast
import csv
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zipfile import BadZipFile, ZipFile

import duckdb
import typer
from duckdb import sqltypes

from python_udfs.errors import InputError
from tagsmith.convert_tables import LEFT_OUT, OUTPUTS, STEPS

__all__ = ["Converted", "convert", "convert_files"]


@dataclass(frozen=True)
class _File:
    """A file of a publisher: the option for its location, its table, the columns read."""

    option: str
    table: str
    columns: Sequence[str]


_FILES = {
    "movies.csv": _File("movielens", "ml_movies", ("movieId", "title", "genres")),
    "links.csv": _File("movielens", "ml_links", ("movieId", "imdbId", "tmdbId")),
    "ratings.csv": _File("movielens", "ml_ratings", ("userId", "movieId", "rating", "timestamp")),
    "tags.csv": _File("movielens", "ml_tags", ("userId", "movieId", "tag")),
    "mpst_full_data.csv": _File("mpst", "mpst", ("imdb_id", "plot_synopsis", "tags")),
    "movies_metadata.csv": _File(
        "tmdb", "tmdb_movies",
        ("id", "imdb_id", "title", "original_title", "original_language", "overview",
         "release_date", "genres", "production_countries"),
    ),
    "keywords.csv": _File("tmdb", "tmdb_keywords", ("id", "keywords")),
    "credits.csv": _File("tmdb", "tmdb_credits", ("id", "cast", "crew")),
    "tmdb_5000_movies.csv": _File(
        "tmdb", "tmdb_5000_movies",
        ("id", "title", "original_title", "original_language", "overview", "release_date",
         "genres", "production_countries", "keywords"),
    ),
    "tmdb_5000_credits.csv": _File("tmdb", "tmdb_5000_credits", ("movie_id", "cast", "crew")),
}  # fmt: skip
# Columns that hold lists; their tables store them as JSON.
_LISTS = frozenset({"genres", "production_countries", "keywords", "cast", "crew"})
# Data that is missing without these files.
_MISSING = {
    ("movies_metadata.csv", "tmdb_5000_movies.csv"): "overviews: `make evaluate` finds no films",
    ("keywords.csv", "tmdb_5000_movies.csv"): "tags of the source tmdb",
    ("credits.csv", "tmdb_5000_credits.csv"): "directors and casts; tags of persons are kept",
    ("links.csv",): "ratings and tags of MovieLens, which need its TMDB ids",
    ("movies.csv",): "titles of films that the files of TMDB lack",
    ("ratings.csv",): "ratings: `make evaluate` can sample no films",
    ("tags.csv",): "tags of the source movielens",
    ("mpst_full_data.csv",): "plots and tags of the source mpst: `make evaluate` can sample "
    "no films",
}


@dataclass(frozen=True)
class Converted:
    """Rows written by file, missing data, and skipped rows by reason."""

    n_rows: Mapping[str, int]
    missing: Sequence[str]
    left_out: Mapping[str, int]


def _as_json(text: str) -> str:
    """The cell as JSON; TMDB 5000 writes JSON, others Python literals. `null` if unreadable."""
    for read in (json.loads, ast.literal_eval):
        try:
            return json.dumps(read(text))
        except (ValueError, SyntaxError, TypeError):
            continue
    return "null"


def _found(place: Path, name: str, unpacked: Path) -> Path | None:
    """File `name` at `place` (that file, a folder or a zip); None if it is missing."""
    if place.suffix == ".zip":
        try:
            with ZipFile(place) as archive:
                # A Mac adds files of the same names under __MACOSX.
                members = [
                    member
                    for member in archive.namelist()
                    if Path(member).name == name and "__MACOSX" not in member
                ]
                return Path(archive.extract(min(members), unpacked)) if members else None
        except BadZipFile as error:
            raise InputError(f"{place} is not a readable zip; download it again") from error
    files = [place] if place.is_file() else sorted(place.rglob(name))
    return next((file for file in files if file.name == name), None)


def _locate(places: Mapping[str, Sequence[Path]], unpacked: Path) -> dict[str, Path]:
    """Path by name of every file found."""
    located: dict[str, Path] = {}
    for option, named in places.items():
        names = [name for name, file in _FILES.items() if file.option == option]
        for number, place in enumerate(named):
            if not place.exists():
                raise InputError(f"--{option} {place} does not exist; name a folder, zip or csv")
            folder = unpacked / f"{option}{number}"
            found = {name: _found(place, name, folder) for name in names}
            if not any(found.values()):
                raise InputError(f"--{option} {place} contains none of {', '.join(names)}")
            located = {**{name: path for name, path in found.items() if path}, **located}
    if not located:
        raise InputError("nothing to convert: name --movielens, --mpst or --tmdb (docs/data.md)")
    return located


def _read(connection: duckdb.DuckDBPyConnection, name: str, path: Path | None) -> int:
    """Load a file into its table, empty without a file; returns the number of malformed lines."""
    file = _FILES[name]
    if path is None:
        columns = ", ".join(f'"{column}" varchar' for column in file.columns)
        connection.execute(f"create table {file.table} (line bigint, {columns})")
        return 0
    with path.open(encoding="utf-8-sig", newline="") as opened:
        header = next(csv.reader(opened), [])
    lacking = [column for column in file.columns if column not in header]
    if lacking:
        raise InputError(f"{path} has no column {', '.join(lacking)}; it has {', '.join(header)}")
    is_json = file.option == "tmdb"
    wanted = ", ".join(
        f'as_json("{column}") as "{column}"' if is_json and column in _LISTS else f'"{column}"'
        for column in file.columns
    )
    # No sniffing of a sample: short lines are padded with nulls, long ones are rejected.
    connection.read_csv(
        str(path), header=True, columns=dict.fromkeys(header, "VARCHAR"), auto_detect=False,
        delimiter=",", quotechar='"', escapechar='"', null_padding=True, parallel=False,
        store_rejects=True, rejects_table=f"{file.table}_errors",
        rejects_scan=f"{file.table}_scans", max_line_size=16_000_000,
    ).create_view("lines")  # fmt: skip
    connection.execute(
        f"create table {file.table} as "
        f"select row_number() over () as line, {wanted} from lines; drop view lines"
    )
    query = f"select count(distinct line) from {file.table}_errors"
    return int(connection.execute(query).fetchall()[0][0])


def convert_files(places: Mapping[str, Sequence[Path]], out: Path) -> Converted:
    """Write the four files of `out` from the files at `places` (movielens, mpst, tmdb).

    Uses a poster if `out` already has it as posters/ITEM_ID.jpg; downloads none. Raises InputError
    if a place or column is missing, or no place was given.
    """
    left_out: dict[str, int] = {}
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        # Timestamps in UTC on every machine.
        connection.execute("set timezone = 'UTC'")
        connection.create_function("as_json", _as_json, [sqltypes.VARCHAR], sqltypes.VARCHAR)
        located = _locate(places, Path(folder))
        for name in _FILES:
            sentence = f"{name}: lines with more cells than the header, or with stray quotes"
            left_out[sentence] = _read(connection, name, located.get(name))
        posters = [(int(path.stem),) for path in out.glob("posters/*.jpg") if path.stem.isdecimal()]
        connection.execute("create table posters (item_id bigint)")
        if posters:
            connection.executemany("insert into posters values (?)", posters)
        for step in STEPS:
            connection.execute(step)
        for sentence, query in LEFT_OUT.items():
            left_out[sentence] = int(connection.execute(query).fetchall()[0][0])
        out.mkdir(parents=True, exist_ok=True)
        for table in OUTPUTS:
            target = str(out / f"{table}.parquet").replace("'", "''")
            connection.execute(f"copy (from {table} order by all) to '{target}' (format parquet)")
        n_rows = {table: len(connection.table(table)) for table in OUTPUTS}
    missing = [
        f"{' or '.join(names)}: {what}"
        for names, what in _MISSING.items()
        if not located.keys() & set(names)
    ]
    return Converted(n_rows, missing, {name: n for name, n in left_out.items() if n})


_PLACES = "folder, zip or csv; can be repeated"


def convert(
    out: Annotated[Path, typer.Option(help="folder to write: DATA of make evaluate")],
    movielens: Annotated[
        list[Path] | None, typer.Option(help=f"ml-latest-small: {_PLACES}")
    ] = None,
    mpst: Annotated[list[Path] | None, typer.Option(help=f"MPST: {_PLACES}")] = None,
    tmdb: Annotated[
        list[Path] | None, typer.Option(help=f"The Movies Dataset, TMDB 5000: {_PLACES}")
    ] = None,
) -> None:
    """Convert the publishers' files into the folder that `make evaluate` reads (docs/data.md)."""
    places = {"movielens": movielens or [], "mpst": mpst or [], "tmdb": tmdb or []}
    converted = convert_files(places, out)
    for table, n in converted.n_rows.items():
        print(f"{n:9,} rows in {out / table}.parquet")
    for sentence, n in converted.left_out.items():
        print(f"{n:9,} skipped, {sentence}")
    for sentence in converted.missing:
        print(f"missing without {sentence}")
