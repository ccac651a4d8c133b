"""A folder of published versions: each is written under a temporary name, then switched to.

    published/
        20260301T100000000Z-1a2b3c4d/   item_features.parquet, ..., manifest.json
        current -> 20260301T100000000Z-1a2b3c4d

Readers follow `current`. It always names a complete version, even if a writer is killed. Readers of
several files resolve the link once, so that all files are of the same version.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from python_udfs.errors import PublicationError

__all__ = ["PublishedFolder", "Version", "quoted", "sync"]

_VERSION_NAME = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{8}")
_CURRENT = "current"
_MANIFEST = "manifest.json"
_PARTIAL = ".partial"


@dataclass(frozen=True)
class Version:
    """Identity of a published version; times are UTC in ISO form."""

    version: str
    content_hash: str
    n_items: int
    n_tags: int
    pipeline_version: str
    published_at: str


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are flushed to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def quoted(path: Path) -> str:
    """Return a path as an SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


class PublishedFolder:
    """The folder `root`; raises PublicationError with a remedy if the file system fails."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Version | None:
        """Return the version that `current` names, or None if it is missing or incomplete."""
        try:
            folder = (self.root / _CURRENT).resolve(strict=True)
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            is_whole = all(
                (folder / table["file"]).stat().st_size == table["n_bytes"]
                for table in manifest["tables"].values()
            )
            return Version(**manifest["version"]) if is_whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def catalogue(self) -> str | None:
        """Return the catalogue in the manifest of the current version, if it names one."""
        try:
            text = (self.root / _CURRENT / _MANIFEST).read_text(encoding="utf-8")
            named = json.loads(text).get("catalogue")
        except (OSError, ValueError):
            return None
        return None if named is None else str(named)

    def versions(self) -> list[str]:
        """Names of the kept versions, oldest first."""
        found = self.root.iterdir() if self.root.is_dir() else ()
        return sorted(path.name for path in found if _VERSION_NAME.fullmatch(path.name))

    def publish(
        self,
        version: Version,
        cursor: duckdb.DuckDBPyConnection,
        tables: Mapping[str, str],
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """Write `tables` (SQL by name) as `version`, read them back, and switch `current` to it.

        The first two columns of a table are its sort order in the file; `about` (JSON values) goes
        into the manifest. If anything fails, `current` is unchanged.
        """
        partial = self.root / f".{version.version}{_PARTIAL}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._clear_partial()
            partial.mkdir()
            written = {
                name: self._write_table(partial, name, cursor, sql) for name, sql in tables.items()
            }
            manifest = {"version": asdict(version), **(about or {}), "tables": written}
            self._write_manifest(partial, manifest)
            target = self.root / version.version
            if target.exists():
                # An incomplete version, or one that a killed build never switched to.
                target.rename(self.root / f".{version.version}.old{_PARTIAL}")
            partial.rename(target)
            sync(self.root)
            self.switch(version.version)
        except (OSError, duckdb.Error) as error:
            raise PublicationError(
                f"features could not be published to {self.root}: {error}. Free space there, or "
                "set TAGSMITH_PUBLISH_DIR to a writable folder, "
                "then build again; `current` is unchanged and no answer is asked again"
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def prune(self, n_kept: int) -> None:
        """Remove leftovers of killed writers and all but the `n_kept` newest versions.

        `current` and other folders are kept.
        """
        current = self.current()
        versions = self.versions()
        for old in versions[: max(len(versions) - n_kept, 0)]:
            if current is not None and old != current.version:
                shutil.rmtree(self.root / old, ignore_errors=True)
        self._clear_partial()

    def _write_table(
        self, folder: Path, name: str, cursor: duckdb.DuckDBPyConnection, sql: str
    ) -> dict[str, Any]:
        file = folder / f"{name}.parquet"
        cursor.execute(
            f"copy (select * from ({sql}) order by 1, 2) to {quoted(file)} "
            "(format parquet, compression zstd)"
        )
        sync(file)
        ((n_rows,),) = cursor.execute(f"select count(*) from ({sql})").fetchall()
        ((n_read,),) = cursor.execute(
            f"select count(*) from read_parquet({quoted(file)})"
        ).fetchall()
        if n_read != n_rows:
            raise PublicationError(
                f"{file.name} has {n_read} rows, but the table {name} has {n_rows}; nothing was "
                "switched. Check the disk, then build again"
            )
        columns = cursor.execute(f"describe select * from read_parquet({quoted(file)})").fetchall()
        return {
            "file": file.name,
            "n_rows": n_rows,
            "n_bytes": file.stat().st_size,
            "columns": {column: kind for column, kind, *_ in columns},
        }

    def _write_manifest(self, folder: Path, manifest: dict[str, Any]) -> None:
        file = folder / _MANIFEST
        file.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        sync(file)
        sync(folder)

    def switch(self, version: str) -> None:
        """Switch `current` to an existing version by one rename; readers see the old or the new."""
        if not (self.root / version / _MANIFEST).is_file():
            raise PublicationError(
                f"{self.root} has no version {version}; kept versions: {', '.join(self.versions())}"
            )
        current = self.root / _CURRENT
        if current.exists() and not current.is_symlink():
            raise PublicationError(
                f"{current} is not a link of a publication; move it away or set "
                "TAGSMITH_PUBLISH_DIR to another folder, then build again"
            )
        link = self.root / f".{_CURRENT}{_PARTIAL}"
        try:
            # A killed writer may have left it.
            link.unlink(missing_ok=True)
            link.symlink_to(version)
            link.replace(current)
            sync(self.root)
        except OSError as error:
            raise PublicationError(
                f"{current} could not be switched to {version}: {error}. Free space there or make "
                "it writable, then try again; `current` is unchanged"
            ) from error

    def _clear_partial(self) -> None:
        for left in self.root.glob(f".*{_PARTIAL}"):
            if left.is_symlink() or left.is_file():
                left.unlink()
            else:
                shutil.rmtree(left, ignore_errors=True)
