{#- Whether the location of an input is a table, as in films or database.schema.table, or other
    SQL, as in read_csv(...); else it is a file. -#}
{% macro is_table(location) %}
    {% set suffixes = [
        "parquet", "pq", "csv", "tsv", "psv", "txt", "dat", "json", "jsonl", "ndjson", "xlsx",
        "gz", "zst", "bz2", "xz", "zip",
    ] %}
    {% set is_name = modules.re.fullmatch('(\\w|\\$|"[^"]+")+([.](\\w|\\$|"[^"]+")+){0,2}', location) %}
    {{ return("(" in location or (is_name and location.split(".") | last | lower not in suffixes)) }}
{% endmacro %}
