"""Python parts of Tagsmith: what needs a network, a model or an algorithm. Free of dbt."""
