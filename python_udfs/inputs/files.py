"""How DuckDB reads the location of an input: a file, a glob, a folder, an address or a table."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from glob import glob, has_magic
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from python_udfs.errors import InputError
from python_udfs.settings.inputs import READ_OPTIONS

__all__ = ["first_line", "is_utf8", "local_files", "open_file", "reader"]

# All columns as text (of JSON: as JSON), so that 007 stays 007 and one odd value changes no other.
_FIXED: dict[str, dict[str, Any]] = {
    "csv": {"all_varchar": True, "header": True},
    "json": {"maximum_depth": 1, "sample_size": -1},
    "parquet": {},
    "xlsx": {"all_varchar": True, "header": True},
}
_SUFFIXES = {
    "csv": "csv", "tsv": "csv", "tab": "csv", "txt": "csv", "psv": "csv", "json": "json",
    "jsonl": "json", "ndjson": "json", "parquet": "parquet", "pq": "parquet", "parq": "parquet",
    "xlsx": "xlsx",
}  # fmt: skip
_PACKED = {"zip": "unzip", "bz2": "bunzip2", "xz": "unxz", "7z": "7z x", "rar": "unrar x"}
_NAME = r'(?:[^\W\d]\w*|"[^"]+")'
_TABLE = re.compile(rf"{_NAME}(?:\.{_NAME}){{0,2}}")
_FUNCTION = re.compile(r"\w+\s*\(.*\)", re.DOTALL)


def reader(location: str, options: Mapping[str, Any], cache: Path) -> str:
    """Return what follows `from` in SQL; '' if the location is a table or a table function.

    A file in another encoding than UTF-8 (option `encoding`) is copied into `cache` first. Raises
    InputError if nothing says how to read it.
    """
    kind = options.get("reader") or _kind(location)
    if kind is None:
        return ""
    if kind not in READ_OPTIONS:
        raise InputError(f"reader is {kind}; allowed: {', '.join(READ_OPTIONS)}")
    files: str | list[str] = location
    if Path(location).is_dir():
        files = f"{location.rstrip('/')}/**/*.{_suffix_in(Path(location))}"
    first = next(iter(local_files(location)), None)
    if encoding := options.get("encoding"):
        found = list(local_files(location))
        if found and not is_utf8(str(encoding)):
            files = [_in_utf8(file, str(encoding), cache) for file in found]
    given = {name: value for name, value in options.items() if name in READ_OPTIONS[kind]}
    if kind == "csv" and first is not None and not {"delim", "sep"} & given.keys():
        given = _delimited(first_line(first, str(options.get("encoding") or "utf-8")), given)
    arguments = {**_FIXED[kind], **given}
    listed = "".join(f", {name} = {_literal(value)}" for name, value in arguments.items())
    return f"read_{kind}({_literal(files)}{listed})"


def local_files(location: str) -> Iterator[Path]:
    """The files on this machine that a location names, in order; none for an address."""
    path = Path(location)
    if path.is_dir():
        yield from sorted(path.glob(f"**/*.{_suffix_in(path)}"))
    elif path.is_file():
        yield path
    elif "://" not in location and has_magic(location):
        yield from (Path(file) for file in sorted(glob(location, recursive=True)))  # noqa: PTH207


def open_file(path: Path) -> IO[bytes]:
    """Its bytes, unpacked if it ends in .gz."""
    packed = path.suffix == ".gz"
    return cast(IO[bytes], gzip.open(path) if packed else path.open("rb"))


def first_line(path: Path, encoding: str) -> str:
    """The first line of a text, '' if it cannot be read."""
    try:
        with open_file(path) as file:
            head = file.read(65536)
        return re.split(r"\r?\n|\r", head.decode(encoding, errors="replace"))[0].strip("\ufeff")
    except (OSError, LookupError, EOFError):
        return ""


def is_utf8(encoding: str) -> bool:
    """Whether DuckDB needs no copy in another encoding."""
    return encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"}


def _kind(location: str) -> str | None:
    path = urlsplit(location).path if "://" in location else location
    names = path.lower().rstrip("/").rsplit("/", 1)[-1].split(".")
    suffix = names[-2] if len(names) > 2 and names[-1] in {"gz", "zst", "gzip"} else names[-1]
    if len(names) > 1 and suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if Path(location).is_dir():
        return _SUFFIXES[_suffix_in(Path(location)).split(".")[0]]
    if len(names) > 1 and names[-1] in _PACKED:
        raise InputError(
            f"DuckDB cannot read .{names[-1]}; unpack it ({_PACKED[names[-1]]} {location})"
        )
    is_file = Path(location).exists() or "/" in location or has_magic(location)
    if _FUNCTION.fullmatch(location) or (not is_file and _TABLE.fullmatch(location)):
        return None
    raise InputError(
        "the name does not say how to read it; name a reader, e.g. "
        "--vars '{INPUT_read: {reader: csv}}' (csv, json, parquet or xlsx)"
    )


def _suffix_in(folder: Path) -> str:
    """What all data files of a folder end in: `parquet`, `csv.gz`."""
    found = set()
    for file in folder.glob("**/*"):
        suffix = re.search(r"\.(\w+)((?:\.gz|\.zst)?)$", file.name.lower())
        if file.is_file() and suffix and suffix[1] in _SUFFIXES and not file.name.startswith("."):
            found.add(file.name[-len(suffix[0]) + 1 :])
    if len(found) != 1:
        there = ", ".join(sorted(found)) or "none"
        raise InputError(
            f"it is a folder and needs files of one kind, but has: {there}; write a glob, e.g. "
            f"'{folder}/*.parquet'"
        )
    return found.pop()


def _delimited(line: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """DuckDB finds the delimiter, but for the lines that mislead it."""
    if named := re.fullmatch(r"sep=(.)", line):
        return {"skip": 1, **given, "delim": named[1]}
    if re.fullmatch(r'"?[\w-]+"?', line) and given.get("header", True):
        # One column: no sign in it separates.
        return {**given, "delim": "\x1f"}
    if given.keys() & {"ignore_errors", "null_padding"}:
        signs = sorted(",;\t|", key=line.count, reverse=True)
        return {**given, "delim": signs[0]} if line.count(signs[0]) else dict(given)
    return dict(given)


def _in_utf8(file: Path, encoding: str, cache: Path) -> str:
    """The path of a copy of `file` in UTF-8, made once for each of its states."""
    state = file.stat()
    key = f"{file.resolve()}|{state.st_size}|{state.st_mtime_ns}|{encoding}"
    suffixes = [suffix for suffix in file.suffixes[-2:] if suffix != ".gz"]
    copy = cache / "inputs" / (hashlib.sha256(key.encode()).hexdigest() + "".join(suffixes[-1:]))
    if copy.exists():
        return str(copy)
    try:
        with open_file(file) as source:
            text = source.read().decode(encoding)
    except LookupError as error:
        raise InputError(f"encoding {encoding} is unknown; allowed: those of Python") from error
    except UnicodeError as error:
        raise InputError(f"{file.name} is not {encoding}; name its encoding") from error
    copy.parent.mkdir(parents=True, exist_ok=True)
    partial = copy.with_suffix(".part")
    partial.write_text(text.lstrip("\ufeff"), encoding="utf-8", newline="")
    partial.replace(copy)
    return str(copy)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
