"""The feature store of feature_store/repo, and its registry."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from feast import FeatureService, FeatureStore, FeatureView
from feast.repo_config import load_repo_config

from feature_store.definitions import Definitions
from feature_store.errors import ContractError
from feature_store.places import ROOT, Places

__all__ = ["apply", "demand_applied", "locked", "open_store"]

_REPOSITORY = ROOT / "feature_store/repo"
_FILES = {"sqlite": "feature_store.yaml", "redis": "redis.yaml"}


def open_store(places: Places) -> FeatureStore:
    """Open the feature store with the online store of `places`; creates only its folder."""
    os.environ["TAGSMITH_REDIS"] = places.redis
    config = load_repo_config(_REPOSITORY, _REPOSITORY / _FILES[places.online_store])
    if places.folder is not None:
        folder = places.folder / places.online_store
        config.registry.path = str(folder / "registry.db")
        if places.online_store == "sqlite":
            config.online_store.path = str(folder / "online.db")
    # Without a repository path Feast would resolve relative paths from the working directory.
    registry = (_REPOSITORY / config.registry.path).resolve()
    config.registry.path = str(registry)
    if places.online_store == "sqlite":
        config.online_store.path = str((_REPOSITORY / config.online_store.path).resolve())
    # Feast creates only one level of folders.
    registry.parent.mkdir(parents=True, exist_ok=True)
    return FeatureStore(config=config)


@contextlib.contextmanager
def locked(store: FeatureStore) -> Iterator[None]:
    """Lock the registry: a second run waits, so that no older row overwrites a newer one."""
    file = Path(store.config.registry.path)
    with file.with_name("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def apply(store: FeatureStore, definitions: Definitions) -> None:
    """Register the definitions, and create the online store's tables.

    A view whose columns changed is registered as new, so that it is materialized in full. The
    service of an older pipeline version is unchanged, so its readers get the columns they trained
    on.
    """
    registered = {view.name: view for view in store.list_feature_views()}
    for view in definitions.views:
        before = registered.pop(view.name, None)
        if before is not None and _columns(before) != _columns(view):
            store.registry.delete_feature_view(view.name, store.project)
    kept = {service.name for service in store.list_feature_services()}
    *older, newest = definitions.services
    services = [newest, *(service for service in older if service.name not in kept)]
    objects: list[FeatureView | FeatureService] = [
        definitions.entity,
        *definitions.views,
        *services,
    ]
    store.apply(objects, objects_to_delete=list(registered.values()), partial=False)


def demand_applied(store: FeatureStore, definitions: Definitions) -> None:
    """Raise ContractError unless names and types in the registry match the contract."""
    registered = {view.name: _columns(view) for view in store.list_feature_views()}
    for view in definitions.views:
        found, wanted = registered.pop(view.name, []), _columns(view)
        differing = sorted(set(found) ^ set(wanted))
        if differing:
            raise ContractError(
                f"the feature view {view.name} differs in the registry from dbt's contract "
                f"({differing[0]}); run `make feature-store`, which applies the contract"
            )
    if registered:
        raise ContractError(
            f"the feature view {min(registered)} is registered but not in dbt's contract; run "
            "`make feature-store`, which removes it"
        )


def _columns(view: FeatureView) -> list[tuple[str, str]]:
    return sorted((field.name, str(field.dtype)) for field in view.features)
