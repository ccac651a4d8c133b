{#- A subquery with an input under our column names, each value as a clean text, the text as given
    beside it (`<column>_given`), and its JSON where a value may be a list or an object
    (`<column>_json`). -#}
{% macro input_texts(name) %}
    {%- set kinds = declared_inputs()[name]["columns"] -%}
    (
        with

        given as not materialized (
            select {% for column in kinds %}null as {{ adapter.quote(column) }}{{ ", " if not loop.last }}{% endfor %}
            where false
            union all by name
            select {{ renamed_columns(name) }}
            from {{ input_relation(name) }}
        ),

        texts as not materialized (
            select
                {%- for column, kind in kinds.items() %}
                    {{ value_text(adapter.quote(column), is_trimmed=kind != "raw") }} as {{ adapter.quote(column) }},
                {%- endfor %}
            from given
        )

        select
            {%- for column, kind in kinds.items() %}
                {{ cleaned_text("texts." ~ adapter.quote(column), kind) }} as {{ adapter.quote(column) }},
                {%- if kind in ["list", "json"] %}
                    {{ json_value("texts." ~ adapter.quote(column)) }} as {{ column }}_json,
                {%- elif kind in ["text", "prose", "title"] %}
                    {{ json_value("texts." ~ adapter.quote(column), is_quoted=true) }} as {{ column }}_json,
                {%- endif %}
                texts.{{ adapter.quote(column) }} as {{ column }}_given,
            {%- endfor %}
        from texts
    )
{% endmacro %}
