"""Paths and stores; the only place in this package that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from feature_store.errors import OnlineStoreError

__all__ = ["ROOT", "Places"]

ROOT = Path(__file__).resolve().parent.parent
_ONLINE_STORES = ("sqlite", "redis")


@dataclass(frozen=True)
class Places:
    """Absolute paths, and the online store (sqlite or redis)."""

    manifest: Path
    history: Path
    ledger: Path
    online_store: str
    redis: str
    folder: Path | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read TAGSMITH_PUBLISH_DIR, _LEDGER, _MANIFEST, _ONLINE_STORE, _REDIS, _FEATURE_STORE.

        Relative paths start at the project's folder. TAGSMITH_FEATURE_STORE overrides the folder of
        registry and SQLite file in feature_store/repo/*.yaml. Raises OnlineStoreError.
        """
        values = os.environ if environment is None else environment
        online_store = values.get("TAGSMITH_ONLINE_STORE") or "sqlite"
        if online_store not in _ONLINE_STORES:
            raise OnlineStoreError(
                f"TAGSMITH_ONLINE_STORE is {online_store!r}; allowed: {', '.join(_ONLINE_STORES)}"
            )

        def path(name: str, default: str) -> Path:
            return ROOT / (values.get(name) or default)

        moved = values.get("TAGSMITH_FEATURE_STORE")
        published = path("TAGSMITH_PUBLISH_DIR", "data/published")
        return cls(
            manifest=path("TAGSMITH_MANIFEST", "target/manifest.json"),
            history=published / "history" / "item_features_history.parquet",
            ledger=path("TAGSMITH_LEDGER", "data/ledger.duckdb"),
            online_store=online_store,
            redis=values.get("TAGSMITH_REDIS") or "localhost:6379",
            folder=ROOT / moved if moved else None,
        )

    @property
    def redis_address(self) -> str:
        """Only host and port: a password may follow them."""
        return self.redis.split(",")[0]
