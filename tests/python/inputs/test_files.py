"""Files of every kind are read, or refused with one sentence that says what to write."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.python.inputs.reading import Reading, RefusedError

ROWS = [("007", "Harbour Lights", "A storm."), ("8", "Bread, and Salt", 'She said "no".')]
CSV = 'item_id,title,summary\n007,Harbour Lights,A storm.\n8,"Bread, and Salt","She said ""no""."\n'
TSV = (
    "item_id\ttitle\tsummary\n007\tHarbour Lights\tA storm.\n"
    '8\tBread, and Salt\t"She said ""no""."\n'
)
NDJSON = "".join(
    json.dumps(dict(zip(("item_id", "title", "summary"), row, strict=True))) + "\n" for row in ROWS
)
KOREAN = "item_id,title,summary\n1,해운대,바다에서 가족이 만난다.\n2,괴물,한강에 괴물이 나타난다.\n"


def read(location: Path | str, **options: object) -> list[tuple[str, ...]]:
    reading = Reading({"items_read": options}, items=location)
    reading.check()
    return reading.table("stg_items", "item_id", "title", "summary")


def refusal(location: Path | str, name: str = "items", **options: object) -> str:
    reading = Reading({f"{name}_read": options}, **{name: location})
    with pytest.raises(RefusedError) as refused:
        reading.check()
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(f"input {name} ({location})")
    return str(refused.value)


def parquet(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (item_id text, title text, summary text)")
        connection.executemany("insert into t values (?, ?, ?)", ROWS)
        connection.table("t").write_parquet(str(path))


def zipped(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(gzip.compress(text.encode()))


def plain(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("films.csv", plain(CSV)), ("films.CSV", plain(CSV)), ("films.txt", plain(CSV)),
        ("films.csv.gz", zipped(CSV)), ("films.tsv", plain(TSV)), ("films.tsv.gz", zipped(TSV)),
        ("films.jsonl", plain(NDJSON)), ("films.jsonl.gz", zipped(NDJSON)),
        ("films.ndjson", plain(NDJSON)), ("films.parquet", parquet), ("films.pq", parquet),
        ("it's a [final] film; v1.2.csv", plain(CSV)), ("영화 목록.csv", plain(CSV)),
        ("excel.csv", plain("sep=;\n" + CSV.replace(",", ";").replace("; and", ", and"))),
        ("bom.csv", plain("\ufeff" + CSV)),
    ],
)  # fmt: skip
def test_every_usual_file_is_read(
    tmp_path: Path, name: str, write: Callable[[Path], object]
) -> None:
    write(tmp_path / name)
    assert read(tmp_path / name) == ROWS


def test_a_folder_of_files_of_one_kind_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "it's films"
    (folder / "part").mkdir(parents=True)
    (folder / "_SUCCESS").touch()
    parquet(folder / "part" / "0.parquet")
    assert read(folder) == ROWS
    assert read(f"{folder}/**/*.parquet") == ROWS
    (folder / "more.csv").write_text(CSV)
    assert "files of one kind, but has: csv, parquet; write a glob" in refusal(folder)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("films.dat", "name a reader, e.g. --vars '{items_read: {reader: csv}}'"),
        ("films", "name a reader"),
        ("films.zip", "unpack it (unzip"),
        ("missing.csv", "there is no such file"),
    ],
)
def test_what_nothing_says_how_to_read_is_refused(tmp_path: Path, name: str, expected: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_text(CSV)
    assert expected in refusal(tmp_path / name)


def test_a_reader_and_its_options_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "u.item"
    path.write_text("7|Harbour Lights|A storm.\n", encoding="utf-8")
    names = ["item_id", "title", "summary"]
    found = read(path, reader="csv", delim="|", header=False, names=names)
    assert found == [("7", "Harbour Lights", "A storm.")]


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "latin-1", "shift_jis", "gb18030"])
def test_another_encoding_is_named_with_the_line_and_read(
    tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGSMITH_CACHE", str(tmp_path / "cache"))
    title = {
        "cp949": "해운대", "utf-16": "해운대", "latin-1": "Amélie à Nîmes",
        "shift_jis": "となりのトトロ", "gb18030": "霸王别姬",
    }[encoding]  # fmt: skip
    path = tmp_path / "films.csv"
    path.write_bytes(f"item_id,title,summary\n1,{title},{title}\n".encode(encoding))
    guess = {"latin-1": "cp1252"}.get(encoding, encoding)
    said = refusal(path)
    line = 1 if encoding == "utf-16" else 2
    assert f"line {line} of films.csv is not UTF-8, but probably {guess}" in said
    assert f"--vars '{{items_read: {{encoding: {guess}}}}}'" in said
    assert read(path, encoding=guess) == [("1", title, title)]


def test_a_wrong_or_unknown_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes(KOREAN.encode("cp949"))
    assert "films.csv is not shift_jis" in refusal(path, encoding="shift_jis")
    assert "encoding klingon is unknown" in refusal(path, encoding="klingon")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("films.csv", b"item_id,title,summary\n1,A,x\n2,B,y, z and w\n",
         "line 3 of films.csv has 4 values, 3 are expected; put a text that holds ',' in quotes"),
        ("films.csv", b"item_id;title;summary\n1;A\n2;B;x;y\n", "line 2 of films.csv has 2 values"),
        ("films.json", b'[{"item_id": 1,\n "title": A}]', "line 2 of films.json is not JSON"),
        ("films.jsonl", b'{"item_id": 1, "title": "A"}\n{"item_id": 2, "title":\n',
         "line 2 of films.jsonl is not JSON"),
        ("films.parquet", CSV.encode(), "DuckDB cannot read it: "),
        ("films.csv.gz", CSV.encode(), "not compressed with gzip"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert expected in refusal(tmp_path / name)


def test_ragged_lines_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("item_id,title,summary\n1,A,x\n2,B,y, z\n3,C,z\n", encoding="utf-8")
    assert read(path, ignore_errors=True) == [("1", "A", "x"), ("3", "C", "z")]


def test_a_list_of_ids_may_hold_any_sign(tmp_path: Path) -> None:
    films, listed = tmp_path / "films.csv", tmp_path / "listed.csv"
    films.write_text(CSV, encoding="utf-8")
    listed.write_text("item_id\nm 1\nm|2\nm;3\n007\n", encoding="utf-8")
    reading = Reading(items=films, items_to_tag=listed)
    reading.check()
    assert reading.table("stg_item_to_tag_rows", "item_id") == [
        ("007",), ("m 1",), ("m;3",), ("m|2",),
    ]  # fmt: skip


def test_a_mapped_column_takes_the_place_of_one_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("item_id,title,overview,Summary\n1,A,long,short\n", encoding="utf-8")
    reading = Reading({"items_columns": {"overview": "summary"}}, items=path)
    reading.check()
    assert reading.table("stg_items", "item_id", "summary") == [("1", "long")]


def test_json_of_mixed_types_keeps_its_texts(tmp_path: Path) -> None:
    path = tmp_path / "films.json"
    path.write_text(
        json.dumps([
            {"item_id": 1, "title": 1917, "summary": 'A "line"\nof trenches.', "genres": "War"},
            {"item_id": 12345678901234567890123, "title": "Bread", "genres": ["Drama", "War"]},
            {"item_id": "x-3", "title": "1995-01-01", "genres": [{"id": 1, "name": "Noir"}]},
        ]),
        encoding="utf-8",
    )  # fmt: skip
    reading = Reading(items=path)
    assert reading.table("stg_items", "item_id", "title", "summary", "genres") == [
        ("1", "1917", 'A "line"\nof trenches.', ["War"]),
        ("12345678901234567890123", "Bread", None, ["Drama", "War"]),
        ("x-3", "1995-01-01", None, ["Noir"]),
    ]
    assert reading.texts()["1"] == 'Title: 1917\nGenres: War\nSummary: A "line" of trenches.'


@pytest.mark.parametrize(
    ("location", "extension", "write"),
    [
        ("films.xlsx", "excel", "save the sheet as csv and name that file"),
        ("s3://bucket/films.parquet", "httpfs", "copy it to this machine and name that file"),
        ("http://127.0.0.1:9/films.csv.gz", "httpfs", "copy it to this machine"),
    ],
)
def test_an_extension_that_cannot_be_downloaded_is_named_with_what_to_do(
    tmp_path: Path, location: str, extension: str, write: str
) -> None:
    if "://" not in location:
        (tmp_path / location).write_bytes(b"PK")
        location = str(tmp_path / location)
    reading = Reading(items=location)
    reading.connection.execute(f"set extension_directory = '{tmp_path}/none'")
    reading.connection.execute("set custom_extension_repository = 'http://127.0.0.1:9'")
    with pytest.raises(RefusedError) as refused:
        reading.check()
    assert "\n" not in str(refused.value)
    assert f"with its extension {extension}, which cannot be downloaded here; " in str(
        refused.value
    )
    assert write in str(refused.value)


def test_a_file_system_of_the_profile_is_read_by_its_address() -> None:
    store = pytest.importorskip("fsspec").filesystem("memory")
    for name, text in (("films.csv", CSV), ("odd.parquet", "no parquet")):
        store.pipe(f"/shop/{name}", text.encode())
    try:
        for name in ("films.csv", "odd.parquet", "none.csv"):
            reading = Reading(items=f"memory://shop/{name}")
            reading.connection.register_filesystem(store)
            if name == "films.csv":
                reading.check()
                assert reading.table("stg_items", "item_id", "title", "summary") == ROWS
                continue
            with pytest.raises(RefusedError, match=f"shop/{name}\\): DuckDB cannot read it: "):
                reading.check()
    finally:
        store.rm("/shop", recursive=True)
