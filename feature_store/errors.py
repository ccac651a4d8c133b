"""Every error that the feature store raises on purpose.

FeatureStoreError
├── ContractError      dbt's contract is missing, incomplete, or has a type that Feast lacks
├── HistoryError       the published history is missing, empty or differs from the contract
├── OnlineStoreError   the online store cannot be reached or written
└── DifferenceError    offline and online features of an item are not equal

A message says what is wrong, where (column, item, file) and what to do about it.
"""


class FeatureStoreError(Exception):
    """Base of all errors with a remedy in their message."""


class ContractError(FeatureStoreError):
    """dbt's contract is missing, incomplete, or has a type that Feast lacks."""


class HistoryError(FeatureStoreError):
    """The published history is missing, empty or differs from the contract."""


class OnlineStoreError(FeatureStoreError):
    """The online store cannot be reached or written."""


class DifferenceError(FeatureStoreError):
    """Offline and online features of an item are not equal."""
