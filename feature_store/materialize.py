"""From the history to the online store: only what was published since the last time."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import logging
import sqlite3
from dataclasses import dataclass

from feast import FeatureStore, FeatureView
from feast.infra.online_stores.redis import RedisOnlineStore
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from tenacity import Retrying, before_sleep_log, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential

from feature_store.errors import OnlineStoreError
from feature_store.history import History
from feature_store.places import Places

__all__ = ["Materialized", "Retries", "materialize"]

_log = logging.getLogger(__name__)
_INSTANT = dt.timedelta(microseconds=1)
_PASSING = (RedisConnectionError, RedisTimeoutError, sqlite3.OperationalError)


@dataclass(frozen=True)
class Retries:
    """How often an unreachable online store is tried; the wait doubles from `wait_s` seconds."""

    attempts: int = 5
    wait_s: float = 1.0


@dataclass(frozen=True)
class Materialized:
    """The newest version online, the time of its newest row (UTC), and how many items were written.

    Removed items count: their features became null.
    """

    version: str
    until: dt.datetime
    n_items: int


def materialize(
    store: FeatureStore, places: Places, retries: Retries, *, is_full: bool = False
) -> Materialized:
    """Write the newest row of every item published since the last time, or of all (`is_full`).

    A tombstone is such a row: its features are null, so the item expires online. The end is the
    newest time in the history, never the clock, and the next start lies one microsecond (the
    history's resolution) after it: a row that is published meanwhile is neither lost nor written
    twice. Each view goes on from its own end, so a run that broke off is completed by the next.

    Raises OnlineStoreError if the online store stays out of reach; the history, the offline reads
    and the ends of views that were not written stay as they were.
    """
    history = History(places.history)
    span = history.span()
    starts = {
        view.name: span.oldest if is_full else _start(view, span.oldest)
        for view in store.list_feature_views()
    }
    retrying = Retrying(
        retry=retry_if_exception_type(_PASSING),
        stop=stop_after_attempt(retries.attempts),
        wait=wait_exponential(multiplier=retries.wait_s, max=30),
        before_sleep=before_sleep_log(_log, logging.WARNING),
        reraise=True,
    )
    for name, start in starts.items():
        if start > span.newest:
            continue
        try:
            # Feast prints a line for each view.
            with contextlib.redirect_stdout(io.StringIO()):
                retrying(_write, store, name, start, span.newest)
        except (RedisError, sqlite3.Error) as error:
            raise OnlineStoreError(_failure(places, name, error)) from error
    written = history.item_ids(min(starts.values()), span.newest)
    return Materialized(span.version, span.newest, len(written))


def _write(store: FeatureStore, view: str, start: dt.datetime, end: dt.datetime) -> None:
    online = store.config.online_store
    if online.type == "redis":
        # Feast's client tries ten seconds on its own; a ping without that says at once how it is.
        client = RedisOnlineStore()._get_client(online)
        client.set_retry(Retry(NoBackoff(), 0))
        client.ping()
    store.materialize(start, end, feature_views=[view])


def _start(view: FeatureView, oldest: dt.datetime) -> dt.datetime:
    # Feast's own incremental run begins a year before the clock, and repeats the last end.
    end = view.most_recent_end_time
    return oldest if end is None else end.astimezone(dt.UTC).replace(tzinfo=None) + _INSTANT


def _failure(places: Places, view: str, error: Exception) -> str:
    where = f"redis at {places.redis_address}" if places.online_store == "redis" else "sqlite"
    return (
        f"the online store ({where}) failed while the feature view {view} was written: "
        f"{str(error).rstrip('.')}. Mend it, or name another by TAGSMITH_REDIS=host:port or "
        "TAGSMITH_ONLINE_STORE=sqlite, then run `make feature-store` again: it goes on where it "
        "broke off. Batch and point-in-time reads are not affected"
    )
