{#-
  A subquery with an input under our column names, each value read by the kind of its column
  (python_udfs/settings/inputs.py): a missing optional column is null, a list is never null. Dates,
  times and numbers have their text beside them (`<column>_text`). `notes` says what was not read as
  it was given: {column_name, note (lost, year only, placeholder, markup), reason, given}.
-#}
{% macro mapped_input(name) %}
    {%- set kinds = declared_inputs()[name]["columns"] -%}
    {%- set read = {} if is_unit_test() else var(name ~ "_read") -%}
    {%- set keys = read.get("keys", {}) -%}
    (
        with

        cleaned as {{ "not " if declared_inputs()[name]["is_log"] }}materialized (
            select * from {{ input_texts(name) }}
        ),

        read_values as not materialized (
            select
                {%- for column, kind in kinds.items() %}
                    {%- set text = "cleaned." ~ adapter.quote(column) %}
                    {%- if kind == "list" %}
                        {{ text_list(text, column ~ "_json", column ~ "_separator", keys.get(column)) }} as {{ column }}_names,
                    {%- elif kind in ["date", "time"] %}
                        {{ iso_text(text, column ~ "_is_day_first") }} as {{ column }}_iso,
                        {{ english_date(text) }} as {{ column }}_english,
                    {%- endif %}
                    {{ read_value(text, column, kind, keys.get(column)) }} as {{ column }}_value,
                    cleaned.{{ adapter.quote(column) }} as {{ column }}_text,
                    cleaned.{{ column }}_given,
                {%- endfor %}
            from cleaned
            cross join (
                select {{ input_forms(name) }}
                {%- if not declared_inputs()[name]["is_log"] %} from cleaned{% endif %}
            ) as forms
        )

        select
            {%- for column, kind in kinds.items() %}
                {%- if kind == "list" %}
                    coalesce(list_filter({{ column }}_value, lambda x: x is not null), []) as {{ adapter.quote(column) }},
                {%- elif kind == "date" %}
                    coalesce({{ column }}_value, {{ year_value(column ~ "_text") }}) as {{ adapter.quote(column) }},
                {%- else %}
                    {{ column }}_value as {{ adapter.quote(column) }},
                {%- endif %}
                {%- if kind in ["date", "time", "number"] %}
                    {{ column }}_text,
                {%- endif %}
            {%- endfor %}
            list_filter(
                [
                    {%- for column, kind in kinds.items() %}
                        {{ value_note(column, kind) }}{{ "," if not loop.last }}
                    {%- endfor %}
                ],
                lambda x: x is not null
            ) as notes
        from read_values
    )
{% endmacro %}
