"""The feature store's commands.

usage: python -m feature_store apply | materialize [--full] | check | update

`update` applies, materializes and checks. Exits with 1 and a remedy on failure.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import sys
import warnings
from collections.abc import Sequence

from feast import FeatureStore

from feature_store.check import check
from feature_store.definitions import definitions_here
from feature_store.errors import FeatureStoreError
from feature_store.ledger import note
from feature_store.materialize import Retries, materialize
from feature_store.places import Places
from feature_store.store import apply, demand_applied, locked, open_store

_COMMANDS = ("apply", "materialize", "check", "update")


def _apply(store: FeatureStore, places: Places) -> None:
    definitions = definitions_here(places)
    apply(store, definitions)
    names = ", ".join(view.name for view in definitions.views)
    print(f"applied: {names}; newest service {definitions.services[-1].name}")


def _materialize(store: FeatureStore, places: Places, asked: argparse.Namespace) -> None:
    demand_applied(store, definitions_here(places))
    retries = Retries(asked.attempts, asked.wait_s)
    done = materialize(store, places, retries, is_full=asked.full)
    print(f"materialized: {done.n_items} items, {places.online_store} is at version {done.version}")
    if not note(
        places.ledger, done, places.online_store, dt.datetime.now(dt.UTC), asked.patience_s
    ):
        print(
            f"warning: {places.ledger} is held by another process, so this run is not recorded. "
            "Features are online; the next run records it",
            file=sys.stderr,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 1 if it fails."""
    parser = argparse.ArgumentParser(prog="feature_store", description="Feature store commands")
    parser.add_argument("command", choices=_COMMANDS)
    parser.add_argument("--full", action="store_true", help="materialize all items again")
    parser.add_argument("--attempts", type=int, default=Retries.attempts)
    parser.add_argument("--wait-s", type=float, default=Retries.wait_s)
    parser.add_argument("--patience-s", type=float, default=10, help="wait for the ledger")
    asked = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="ibis")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        places = Places.from_environment()
        store = open_store(places)
        with locked(store):
            if asked.command in {"apply", "update"}:
                _apply(store, places)
            if asked.command in {"materialize", "update"}:
                _materialize(store, places, asked)
            if asked.command in {"check", "update"}:
                print(f"checked: offline and online are equal for {check(store, places)} items")
    except FeatureStoreError as error:
        print(f"feature store: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
