"""Loads rows published since the last run from the history into the online store."""

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
    """Number of attempts at an unreachable online store; the wait doubles from `wait_s` seconds."""

    attempts: int = 5
    wait_s: float = 1.0


@dataclass(frozen=True)
class Materialized:
    """The newest version online, the time of its newest row (UTC), and the number of written items.

    Removed items are included: their features became null.
    """

    version: str
    until: dt.datetime
    n_items: int


def materialize(
    store: FeatureStore, places: Places, retries: Retries, *, is_full: bool = False
) -> Materialized:
    """Write the newest row of every item published since the last run, or of all (`is_full`).

    Tombstones are included: their features are null, so the item expires online. The end is the
    newest time in the history, never the clock, and the next start is one microsecond (the
    history's resolution) later: a row that is published meanwhile is neither lost nor written
    twice. Each view continues from its own end, so the next run completes an interrupted one.

    If the online store has lost all rows of a written view (Redis without persistence came back
    empty), the view is written in full.

    Raises OnlineStoreError if the online store stays unreachable; history, offline reads and the
    ends of unwritten views are unchanged.
    """
    history = History(places.history)
    span = history.span()
    starts = {}
    retrying = Retrying(
        retry=retry_if_exception_type(_PASSING),
        stop=stop_after_attempt(retries.attempts),
        wait=wait_exponential(multiplier=retries.wait_s, max=30),
        before_sleep=before_sleep_log(_log, logging.WARNING),
        reraise=True,
    )
    for view in store.list_feature_views():
        name = view.name
        try:
            starts[name] = span.oldest if is_full else retrying(_start, store, view, history)
            if starts[name] > span.newest:
                continue
            # Feast prints a line per view.
            with contextlib.redirect_stdout(io.StringIO()):
                retrying(_write, store, name, starts[name], span.newest)
        except (RedisError, sqlite3.Error) as error:
            raise OnlineStoreError(_failure(places, name, error)) from error
    written = history.item_ids(min(starts.values()), span.newest)
    return Materialized(span.version, span.newest, len(written))


def _write(store: FeatureStore, view: str, start: dt.datetime, end: dt.datetime) -> None:
    _ping(store)
    store.materialize(start, end, feature_views=[view])


def _ping(store: FeatureStore) -> None:
    online = store.config.online_store
    if online.type == "redis":
        # Feast's client retries for ten seconds; a ping without retries tells at once.
        client = RedisOnlineStore()._get_client(online)
        client.set_retry(Retry(NoBackoff(), 0))
        client.ping()


def _start(store: FeatureStore, view: FeatureView, history: History) -> dt.datetime:
    # Feast's own incremental run starts a year before now, and repeats the last end.
    oldest, end = history.span().oldest, view.most_recent_end_time
    if end is None:
        return oldest
    reached: dt.datetime = end.astimezone(dt.UTC).replace(tzinfo=None)
    _ping(store)
    if not _is_online(store, view, history.item_ids(oldest, reached)):
        _log.warning("the online store lost the view %s: writing all items again", view.name)
        return oldest
    return reached + _INSTANT


def _is_online(store: FeatureStore, view: FeatureView, written: list[str]) -> bool:
    """Return whether the first written item, if any, has a row; removed items have one too."""
    if not written:
        return True
    # The join key is a text in every view; a missing row has the time 0.
    feature, (key,) = view.features[0].name, view.join_keys
    found = store.get_online_features([f"{view.name}:{feature}"], [{key: written[0]}])
    return bool(found.to_dict(include_event_timestamps=True)[f"{feature}__ts"][0])


def _failure(places: Places, view: str, error: Exception) -> str:
    where = f"redis at {places.redis_address}" if places.online_store == "redis" else "sqlite"
    return (
        f"the online store ({where}) failed while writing the feature view {view}: "
        f"{str(error).rstrip('.')}. Fix it, or set another with TAGSMITH_REDIS=host:port or "
        "TAGSMITH_ONLINE_STORE=sqlite, then run `make feature-store` again: it continues where it "
        "stopped. Batch and point-in-time reads are not affected"
    )
