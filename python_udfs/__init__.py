"""Python parts of Tagsmith: network access, models and algorithms. It never imports dbt."""
