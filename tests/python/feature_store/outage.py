"""Redis is down, starts, dies in the middle of a run, restarts, is emptied.

Runs in Feast's environment.

usage: python -m tests.python.feature_store.outage FOLDER PORT: writes seen.json.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from redis import Redis

from feature_store.__main__ import main as command
from feature_store.check import check
from feature_store.definitions import definitions_here
from feature_store.errors import OnlineStoreError
from feature_store.materialize import Retries, materialize
from feature_store.places import Places
from feature_store.store import apply, open_store
from tests.python.feature_store.scenario import historical, online, publish
from tests.python.feature_store.servers import redis_server


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def main() -> None:
    """Run the outage and record it; the tests check the record."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    places = Places.from_environment()
    retries = Retries(attempts=3, wait_s=0.05)
    warnings = _Warnings()
    logging.getLogger("feature_store.materialize").addHandler(warnings)
    seen: dict[str, Any] = {}

    publish(folder / "night1.parquet", places)
    seen["code_down"] = command(["update", "--attempts", "3", "--wait-s", "0.05"])
    seen["retried"] = len(warnings.said)
    seen["ledger_exists"] = places.ledger.exists()
    store = open_store(places)
    seen["ends_down"] = [view.most_recent_end_time for view in store.list_feature_views()]
    seen["historical"] = historical(store, [("retagged", "2025-06-01")])

    servers: list[subprocess.Popen[bytes]] = [redis_server(port, folder)]
    seen["n_up"] = materialize(store, places, retries).n_items

    publish(folder / "night2.parquet", places)
    apply(store, definitions_here(places))
    write, written = store.materialize, []

    def die_after_first(*arguments: Any, **named: Any) -> None:
        write(*arguments, **named)
        written.extend(named["feature_views"])
        servers[-1].terminate()
        servers[-1].wait(10)

    store.materialize = die_after_first
    try:
        materialize(store, places, retries)
    except OnlineStoreError as error:
        seen["error_midway"] = str(error)
    servers.append(redis_server(port, folder))

    def remember(*arguments: Any, **named: Any) -> None:
        write(*arguments, **named)
        written.extend(named["feature_views"])

    store.materialize = remember
    seen["n_back"] = materialize(store, places, retries).n_items
    seen["written"] = list(written)
    seen["checked"] = check(store, places)
    seen["online"] = online(store)

    said = len(warnings.said)
    with Redis(port=port) as client:
        client.flushall()
    seen["n_emptied"] = materialize(store, places, retries).n_items
    seen["said_emptied"] = warnings.said[said:]
    seen["online_emptied"] = online(store)
    seen["n_filled"] = materialize(store, places, retries).n_items
    servers[-1].terminate()
    servers[-1].wait(10)
    (folder / "seen.json").write_text(json.dumps(seen, default=str), encoding="utf-8")


if __name__ == "__main__":
    main()
