"""Documents refer only to files in the repository."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

PROJECT = Path(__file__).parents[2]
# What a build writes, and examples of a user's own folder.
_MADE = ("data/", "target/", "feature_store/repo/registry")
_TEXTS = (".md", ".yml", ".py", ".sql", ".j2", ".toml", ".sh")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
_DESIGN = re.compile(r"\bdesign(\.md)? section|\bsection \d+ of the design", re.IGNORECASE)


def repository() -> list[str]:
    """Paths of tracked files and of new files not ignored by git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for path in listed.stdout.splitlines() if (PROJECT / path).is_file()]


FILES = repository()
FOLDERS = {str(folder) for path in FILES for folder in Path(path).parents}
_TOP = "|".join(re.escape(f) for f in sorted(FOLDERS) if "/" not in f and f != ".")
# A path from the top of the repository; {a,b} is an example of the shell.
_PATH = re.compile(rf"(?<![\w./-])(?:{_TOP})/[\w./*-]*[\w*/]")
_NAME = re.compile(r"(?<![\w./*-])[\w-]+\.md\b")


def lacks(path: str) -> bool:
    """Whether the repository lacks a file or folder of this name; * matches anything."""
    wanted = path.rstrip("/")
    return not (
        wanted in FOLDERS
        or any(fnmatch(known, wanted) for known in FILES)
        # A model's SQL and YAML by their common name.
        or any(known.startswith(f"{wanted}.") for known in FILES if "models/" in wanted)
        # A decision by its number.
        or any(known.startswith(f"{wanted}-") for known in FILES if "/decisions/" in wanted)
    )


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    for path in FILES:
        if path.endswith(endings) and path != "tests/python/test_documents.py":
            yield path, (PROJECT / path).read_text(encoding="utf-8")


def broken_links(path: str, text: str) -> list[str]:
    """Broken relative links of a page."""
    links = [link for link in _LINK.findall(text) if "://" not in link and ":" not in link[:7]]
    return [link for link in links if not (PROJECT / path).parent.joinpath(link).exists()]


def lacking_paths(text: str) -> list[str]:
    """Paths that a text names and the repository lacks."""
    named = {path for path in _PATH.findall(text) if not path.startswith(_MADE)}
    return sorted(path for path in named if lacks(path))


def test_every_relative_link_leads_to_a_file() -> None:
    found = {path: broken_links(path, text) for path, text in texts(".md")}
    assert {path: links for path, links in found.items() if links} == {}


def test_every_path_that_a_text_names_is_in_the_repository() -> None:
    found = {path: lacking_paths(text) for path, text in [*texts(*_TEXTS), *texts("Makefile")]}
    assert {path: paths for path, paths in found.items() if paths} == {}


def test_every_page_that_a_text_names_exists() -> None:
    pages = {Path(path).name for path in FILES if path.endswith(".md")}
    found = {
        path: sorted(set(_NAME.findall(text)) - pages)
        for path, text in texts(".md", ".yml", ".sql", ".py")
        if not path.startswith("tests/")
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_no_text_cites_a_section_of_a_document_that_is_not_here() -> None:
    assert [path for path, text in texts(*_TEXTS) if _DESIGN.search(text)] == []


def test_what_is_lacking_is_found() -> None:
    assert broken_links("docs/data.md", "[a](evaluation.md#x) [b](none.md) [c](https://x.y/z)") == [
        "none.md"
    ]
    text = "`docs/none.md`, models/staging/, seeds/*.csv, tagsmith/no_*.py, data/real/x.md"
    assert lacking_paths(text) == ["docs/none.md", "tagsmith/no_*.py"]
    assert _DESIGN.search("the metrics of design section 8")
