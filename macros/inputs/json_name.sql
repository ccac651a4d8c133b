{#- The name of a JSON object: its text under `key`, or under the usual keys. -#}
{% macro json_name(object, key=none) %}
    {%- set keys = [key] if key else [
        "name", "title", "label", "value", "text", "tag", "genre", "description", "rendered",
        "english", "en",
    ] -%}
    coalesce(
        {%- for one in keys %}
            {{ object }} ->> {{ sql_text(one) }}{{ "," if not loop.last }}
        {%- endfor %}
    )
{% endmacro %}
