"""Features as versioned parquet, switched in one step."""

from python_udfs.publishing.folder import PublishedFolder, Version
from python_udfs.publishing.history import write_history
from python_udfs.publishing.holds import Hold, current_hold, resume, roll_back
from python_udfs.publishing.publish import publish
from python_udfs.publishing.served import current_decisions, current_features, served_features

__all__ = [
    "Hold",
    "PublishedFolder",
    "Version",
    "current_decisions",
    "current_features",
    "current_hold",
    "publish",
    "resume",
    "roll_back",
    "served_features",
    "write_history",
]
