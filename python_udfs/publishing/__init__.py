"""Features as versioned parquet, switched in one step."""

from python_udfs.publishing.folder import PublishedFolder, Version
from python_udfs.publishing.publish import publish

__all__ = ["PublishedFolder", "Version", "publish"]
