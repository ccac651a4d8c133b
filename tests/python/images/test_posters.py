"""Posters: read only from allowed folders, measured, or rejected with a reason."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from python_udfs.images.posters import read_posters
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings
from tests.python.search.conftest import Provider, provider

__all__ = ["provider"]

Read = Callable[..., dict[str, Any]]


def image_bytes(form: str = "PNG", size: tuple[int, int] = (40, 60), mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, 0).save(buffer, form)
    return buffer.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "posters"
    (folder / "sub").mkdir(parents=True)
    (folder / "good.png").write_bytes(image_bytes())
    (folder / "sub" / "good.jpg").write_bytes(image_bytes("JPEG"))
    (folder / "text.png").write_text("not an image")
    (folder / "cut.png").write_bytes(image_bytes(size=(90, 100))[:-60])
    (folder / "large.png").write_bytes(image_bytes(size=(101, 100)))
    (folder / "empty.png").touch()
    (tmp_path / "secret.png").write_bytes(image_bytes())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    return folder


@pytest.fixture
def read(root: Path, make_settings: MakeSettings, tmp_path: Path) -> Read:
    """The row of one poster."""

    def one(uri: str, **changes: Any) -> dict[str, Any]:
        settings = make_settings(**{"poster_root": root, **changes})
        environment = Environment(cache_dir=tmp_path / "cache")
        table = read_posters([("a", uri)], settings, environment).read_all()
        rows: list[dict[str, Any]] = table.to_pylist()
        assert len(rows) == 1
        return rows[0]

    return one


@pytest.mark.parametrize(
    "uri",
    ["good.png", "sub/good.jpg", "sub/../good.png", "./good.png", "/good.png", "//sub/good.jpg"],
)
def test_a_poster_under_the_root_is_read_hashed_and_described(
    read: Read, root: Path, uri: str
) -> None:
    row = read(uri)
    path = (root / uri.lstrip("/")).resolve()
    assert row["rejected_reason"] is None
    assert row["poster_path"] == str(path)
    assert row["image_hash"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (row["width"], row["height"]) == (40, 60)
    assert "black" in row["description"]


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("../secret.png", "leads out of poster_root"),
        ("sub/../../secret.png", "leads out of poster_root"),
        ("/etc/hostname", "no such file under poster_root"),
        ("/../secret.png", "leads out of poster_root"),
        ("link.png", "leads out of poster_root"),
        ("missing.png", "no such file"),
        ("sub", "no such file"),
        ("text.png", "not an image"),
        ("cut.png", "not an image"),
        ("empty.png", "not an image"),
        ("large.png", "over 10000 pixels"),
        ("file:///etc/hostname", "scheme file is not supported"),
        ("s3://bucket/x.png", "scheme s3 is not supported"),
        ("http://127.0.0.1/x.png", "not in the var poster_hosts"),
        ("https://example.org/x.png", "not in the var poster_hosts"),
        ("http://[::1/x.png", "cannot be read"),
        ("nul\x00.png", "cannot be read"),
        ("x" * 5000 + ".png", "cannot be read"),
        ("", "no such file"),
    ],
)
def test_anything_else_is_rejected_with_its_reason(read: Read, uri: str, reason: str) -> None:
    row = read(uri, poster_max_pixels=10_000)
    assert reason in row["rejected_reason"]
    assert row["poster_uri"] == uri
    assert row["poster_path"] is row["image_hash"] is row["description"] is None


def test_the_limit_on_bytes_is_exact(read: Read, root: Path) -> None:
    n_bytes = (root / "good.png").stat().st_size
    assert read("good.png", poster_max_bytes=n_bytes)["rejected_reason"] is None
    assert "bytes" in read("good.png", poster_max_bytes=n_bytes - 1)["rejected_reason"]


def test_the_limit_on_pixels_is_exact(read: Read) -> None:
    assert read("good.png", poster_max_pixels=2400)["rejected_reason"] is None
    assert "pixels" in read("good.png", poster_max_pixels=2399)["rejected_reason"]


def test_a_local_poster_needs_a_root(read: Read) -> None:
    assert "poster_root is not set" in read("good.png", poster_root="")["rejected_reason"]


def test_one_bad_poster_costs_no_other(
    root: Path, make_settings: MakeSettings, tmp_path: Path
) -> None:
    uris = [(str(n), "good.png" if n % 2 else "text.png") for n in range(600)]
    settings = make_settings(poster_root=root)
    rows = read_posters(uris, settings, Environment(cache_dir=tmp_path)).read_all().to_pylist()
    assert [row["item_id"] for row in rows] == [str(n) for n in range(600)]
    assert [row["rejected_reason"] is None for row in rows] == [n % 2 == 1 for n in range(600)]


def test_no_poster_is_an_empty_table(make_settings: MakeSettings) -> None:
    assert read_posters([], make_settings(), Environment()).read_all().num_rows == 0


# --- over HTTP


@pytest.fixture
def hosted(provider: Provider) -> dict[str, Any]:
    provider.reply = image_bytes("WEBP")
    return {"poster_hosts": ["127.0.0.1"]}


def test_a_poster_of_a_configured_host_is_fetched_once(
    read: Read, provider: Provider, hosted: dict[str, Any]
) -> None:
    first, second = (read(f"{provider.url}/p.webp", **hosted) for _ in range(2))
    assert first["rejected_reason"] is None
    assert first == second
    assert len(provider.requests) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_the_host_refuses_is_rejected_and_not_kept(
    read: Read, provider: Provider, hosted: dict[str, Any], status: int
) -> None:
    provider.status = status
    assert f"answered {status}" in read(f"{provider.url}/p", **hosted)["rejected_reason"]
    provider.status = 200
    assert read(f"{provider.url}/p", **hosted)["rejected_reason"] is None


def test_a_host_that_is_not_there_is_said(read: Read) -> None:
    row = read("http://127.0.0.1:1/p.png", poster_hosts=["127.0.0.1"])
    assert "did not answer" in row["rejected_reason"]


def test_a_large_file_is_not_fetched_whole(
    read: Read, provider: Provider, hosted: dict[str, Any], tmp_path: Path
) -> None:
    provider.reply = b"x" * 300_000
    row = read(f"{provider.url}/p", poster_max_bytes=10_000, **hosted)
    assert "over 10000 bytes" in row["rejected_reason"]
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
