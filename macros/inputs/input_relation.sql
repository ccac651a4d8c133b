{#-
  The relation of an input: the sample seed, the user's file as python_udfs/inputs/files.py reads
  it, or his table as the dbt source `inputs.<name>`. csv is read as text, so that an id like 007
  keeps its zeros. Inputs about one catalogue have no sample if the user's own catalogue is read.
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
    {% if not execute %}{{ return(source_relation) }}{% endif %}
    {% set relation = run_query(
        "select input_reader(" ~ sql_text(location) ~ ", " ~ sql_text(tojson(var(name ~ "_read"))) ~ ")"
    ).rows[0][0] %}
    {{ return(relation or source_relation) }}
{% endmacro %}
