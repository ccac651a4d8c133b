"""Features as parquet, switched at once."""
