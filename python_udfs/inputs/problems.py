"""One sentence for an input that cannot be read: file, line, what is wrong, what to write."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb

from python_udfs.errors import InputError
from python_udfs.inputs.files import first_line, local_files, open_file, reader

__all__ = ["file_problem"]

_LONGEST = 300


def file_problem(
    name: str,
    location: str,
    options: Mapping[str, Any],
    needed: Collection[str],
    cache: Path,
    session: duckdb.DuckDBPyConnection,
) -> str:
    """Return why the file or files of input `name` cannot be read, '' if they can.

    `needed` names the columns that the file must have. `session` reads, with its extensions and
    secrets: every line, but of an address and of parquet only the columns. Tables are left out.
    """
    try:
        relation = reader(location, options, cache)
        if not relation:
            return ""
        files = list(local_files(location))
        is_address = "://" in location
        if not files and not is_address:
            raise InputError(f"there is no such file; relative paths begin in {Path.cwd()}")
        is_whole = not is_address and not relation.startswith("read_parquet")
        problem = _unread(relation, session, is_whole=is_whole)
        if not problem and not is_address:
            problem = _misread(relation, session, files, needed)
        if not problem:
            return ""
        said = _csv_line(files, options) or _text_line(files, options) or _json_line(files)
        raise InputError(said or problem)
    except InputError as error:
        return f"input {name} ({location}): {error}".replace("INPUT", name)


def _unread(relation: str, session: duckdb.DuckDBPyConnection, *, is_whole: bool) -> str | None:
    """What DuckDB says if it cannot read the columns, or everything."""
    values = f"select max(strlen(cast(columns(*) as varchar))) from {relation}"
    try:
        session.execute(values if is_whole else f"describe from {relation}")
    except duckdb.Error as error:
        lines = [line for line in str(error).splitlines() if not line.startswith("Original Line")]
        if lacks := re.search(r"[Ff]ailed to download extension \"(\w+)\"", str(error)):
            other = "save the sheet as csv" if lacks[1] == "excel" else "copy it to this machine"
            raise InputError(
                f"DuckDB reads it with its extension {lacks[1]}, which cannot be downloaded here; "
                f"{other} and name that file, or install the extension (docs/sources.md)"
            ) from error
        return "DuckDB cannot read it: " + re.sub(r"\s+", " ", " ".join(lines[:2]))[:_LONGEST]
    return None


def _misread(
    relation: str, session: duckdb.DuckDBPyConnection, files: list[Path], needed: Collection[str]
) -> str | None:
    """Whether DuckDB took another line than the first for the header, which ragged lines cause."""
    if not relation.startswith("read_csv"):
        return None
    found = {row[0] for row in session.execute(f"describe from {relation}").fetchall()}
    header = first_line(files[0], "utf-8")
    if set(needed) <= found or not all(name in header for name in needed):
        return None
    return f"DuckDB cannot read it: its first line names {', '.join(needed)}, but not its columns"


def _text_line(files: list[Path], options: Mapping[str, Any]) -> str | None:
    """The line at which a file is no UTF-8."""
    for file in files:
        if options.get("encoding") or file.suffix in {".parquet", ".zst"}:
            continue
        try:
            with open_file(file) as opened:
                content = opened.read()
        except (OSError, EOFError):
            return f"{file.name} is not compressed with gzip, though its name ends in .gz"
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            encoding = _encoding_of(content)
            return (
                f"line {line} of {file.name} is not UTF-8, but probably {encoding}; write "
                f"--vars '{{INPUT_read: {{encoding: {encoding}}}}}', or convert it: "
                f"iconv -f {encoding.upper()} -t UTF-8"
            )
    return None


def _csv_line(files: list[Path], options: Mapping[str, Any]) -> str | None:
    """The first line of a csv file with more or fewer values than its header."""
    for file in files:
        header = first_line(file, "utf-8")
        delimiter = options.get("delim") or max(",;\t|", key=header.count)
        if not re.search(r"\.(csv|tsv|txt|tab|psv)", file.name.lower()) or delimiter not in header:
            continue
        try:
            with open_file(file) as opened:
                text = io.TextIOWrapper(opened, encoding="utf-8", newline="")
                rows = csv.reader(text, delimiter=str(delimiter))
                expected = len(next(rows))
                for row in rows:
                    if row and len(row) != expected:
                        return (
                            f"line {rows.line_num} of {file.name} has {len(row)} values, "
                            f"{expected} are expected; put a text that holds '{delimiter}' in "
                            "quotes, or leave such lines out with "
                            "--vars '{INPUT_read: {ignore_errors: true}}'"
                        )
        except (UnicodeDecodeError, OSError, EOFError, csv.Error):
            continue
    return None


def _json_line(files: list[Path]) -> str | None:
    """The first line of a JSON file that is no JSON."""
    for file in files:
        if "json" not in file.name.lower() and "ndjson" not in file.name.lower():
            continue
        try:
            with open_file(file) as opened:
                text = opened.read().decode("utf-8")
            json.loads(text)
        except json.JSONDecodeError as whole:
            lines = text.splitlines()
            is_array = text.lstrip().startswith("[")
            for number, line in enumerate([] if is_array else lines, start=1):
                try:
                    json.loads(line or "null")
                except json.JSONDecodeError as error:
                    return f"line {number} of {file.name} is not JSON ({error.msg}); correct it"
            return f"line {whole.lineno} of {file.name} is not JSON ({whole.msg}); correct it"
        except (UnicodeDecodeError, OSError, EOFError):
            continue
    return None


def _encoding_of(content: bytes) -> str:
    """A guess, from the bytes beyond ASCII."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:1000]:
        return "utf-16"
    runs = re.findall(rb"[\x80-\xff]+", content)
    if not runs or sum(map(len, runs)) / len(runs) < 2:
        return "cp1252" if _decodes(content, "cp1252") else "latin-1"
    for encoding, letters, least in (
        ("shift_jis", r"[\u3040-\u30ff]", 0.2),
        ("cp949", r"[\uac00-\ud7a3]", 0.9),
        ("cp1251", r"[\u0430-\u044f]", 0.6),
        ("gb18030", r"[\u4e00-\u9fff]", 0.5),
        ("big5", r"[\u4e00-\u9fff]", 0.5),
    ):
        text = re.sub(r"[\x00-\x7f]", "", _decodes(content, encoding) or "")
        if text and len(re.findall(letters, text)) / len(text) >= least:
            return encoding
    return "latin-1"


def _decodes(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
