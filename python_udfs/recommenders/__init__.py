"""Recommenders over interactions and the published item features."""

from python_udfs.recommenders.base import Recommender, SparseRecommender
from python_udfs.recommenders.content import Content
from python_udfs.recommenders.features import ItemFeatures
from python_udfs.recommenders.graph import Graph
from python_udfs.recommenders.hybrid import Hybrid
from python_udfs.recommenders.interactions import Interactions
from python_udfs.recommenders.item_cf import ItemCF
from python_udfs.recommenders.popularity import Popularity
from python_udfs.recommenders.published import read_published

__all__ = [
    "Content",
    "Graph",
    "Hybrid",
    "Interactions",
    "ItemCF",
    "ItemFeatures",
    "Popularity",
    "Recommender",
    "SparseRecommender",
    "read_published",
]
