"""Builds the table of the dbt model from interactions and the published store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from python_udfs.recommenders.base import SparseRecommender
from python_udfs.recommenders.content import Content
from python_udfs.recommenders.explain import Explainer
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.graph import Graph
from python_udfs.recommenders.hybrid import Hybrid
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.item_cf import ItemCF
from python_udfs.recommenders.neighbors import neighbors
from python_udfs.recommenders.popularity import Popularity
from python_udfs.recommenders.published import read_published
from python_udfs.recommenders.ranked import RANKED
from python_udfs.recommenders.recommendations import recommendations
from python_udfs.settings import Settings

__all__ = ["known_models", "ranked_items"]


def known_models(n_neighbors: int = 100, prior: float = 5.0) -> dict[str, SparseRecommender]:
    """Return every model by name, unfitted; arguments as in ItemCF, Graph and Hybrid."""
    models = (
        Popularity(),
        ItemCF(n_neighbors),
        Graph(n_neighbors),
        Content(),
        Hybrid(n_neighbors, prior),
    )
    return {model.name: model for model in models}


def _chosen_models(settings: Settings) -> list[SparseRecommender]:
    """Return the models of the setting recommendation_models, in its order."""
    known = known_models(settings.neighbors_k, settings.cold_start_interactions)
    return [known[name] for name in settings.recommendation_models]


def ranked_items(consumed: duckdb.DuckDBPyRelation, settings: Settings) -> pa.RecordBatchReader:
    """Return RANKED of every model: items for users of `consumed` (user_id, item_id), neighbors.

    Items and their tags come only from the published store. No rows if the run is empty, nothing is
    published yet, or there are no interactions.
    """

    def batches() -> Iterator[pa.RecordBatch]:
        found = _read(consumed, settings)
        if found is None:
            return
        interactions, features = found
        explainer, k = Explainer(interactions, features), settings.recommendation_k
        for model in _chosen_models(settings):
            model.fit(interactions, features)
            yield from recommendations(model, interactions, explainer, k)
            yield from neighbors(model, interactions.items, k)

    return pa.RecordBatchReader.from_batches(RANKED, batches())


def _read(
    consumed: duckdb.DuckDBPyRelation, settings: Settings
) -> tuple[Interactions, ItemFeatures] | None:
    publish_dir = Path(settings.publish_dir)
    # No link: nothing was ever published. For a broken link the reader raises an error.
    if settings.is_empty or not (publish_dir / "current").is_symlink():
        return None
    tags, items = read_published(publish_dir)
    table = consumed.select("user_id", "item_id").to_arrow_table()
    if not table.num_rows:
        return None
    return Interactions.from_arrow(table, items), ItemFeatures.from_arrow(tags, items)
