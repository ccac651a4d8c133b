{#-
  The relation of an input: the sample seed, or the user's file or attached table as the dbt
  source `inputs.<name>`. csv is read as text, so that an id like 007 keeps its zeros. Inputs
  about one catalogue have no sample if the user's own catalogue is read.
-#}
{% macro input_relation(name) %}
    {% set location = input_location(name) %}
    {% if not location %}
        {% set seed = ref("sample_" ~ name) %}
        {% if declared_inputs()[name]["is_of_one_catalogue"] and input_location("items") %}
            {{ return("(from " ~ seed ~ " where false)") }}
        {% endif %}
        {{ return(seed) }}
    {% endif %}
    {% set source_relation = source("inputs", name) %}
    {% set quoted = "'" ~ location | replace("'", "''") ~ "'" %}
    {% set suffix = location.split(".") | last | lower %}
    {% if suffix in ["csv", "tsv"] %}
        {{ return("read_csv(" ~ quoted ~ ", all_varchar = true, header = true)") }}
    {% elif suffix in ["parquet", "json", "jsonl", "ndjson"] %}
        {{ return("(from " ~ quoted ~ ")") }}
    {% endif %}
    {{ return(source_relation) }}
{% endmacro %}
