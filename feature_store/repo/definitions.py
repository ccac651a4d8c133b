"""The objects for `feast apply`, built from dbt's contract."""

from feature_store.definitions import definitions_here
from feature_store.places import Places

# Feast collects the module-level objects.
globals().update(definitions_here(Places.from_environment()).by_name)
