"""What `feast apply` registers: made from dbt's contract, nothing is named here."""

from feature_store.definitions import definitions_here
from feature_store.places import Places

# Feast collects the objects that are names of this module.
globals().update(definitions_here(Places.from_environment()).by_name)
