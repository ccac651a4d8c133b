{#- Writes the table input_counts for `tagsmith check`: a row per input and column with the rows of
    the input, and how many of them give a value. Columns that we do not know are marked, since
    they may lack a mapping. -#}
{% macro write_input_counts() %}
    {% set selects = [] %}
    {% for name in declared_inputs() %}
        {% set found = run_query("describe from " ~ mapped_input(name)).columns[0].values() %}
        {% set is_none = declared_inputs()[name]["is_of_one_catalogue"] and input_location("items") %}
        {% set place = input_location(name) or ("none" if is_none else "the sample") %}
        {% set counts %}
            select
                {{ loop.index }} as input_number,
                {{ dbt.string_literal(name) }} as input_name,
                {{ dbt.string_literal(dbt.escape_single_quotes(place)) }} as place,
                unnest([
                    {%- for column in found %}
                        {
                            'column_name':
                                {{ dbt.string_literal(dbt.escape_single_quotes(column)) }},
                            'is_ours': {{ column in input_columns(name) }},
                            'n_rows': count(*),
                            'n_given': count(*) filter (
                                trim(cast({{ adapter.quote(column) }} as varchar))
                                not in ('', '[]')
                            )
                        }{{ "," if not loop.last }}
                    {%- endfor %}
                ], recursive := true)
            from {{ mapped_input(name) }}
        {% endset %}
        {% do selects.append(counts) %}
    {% endfor %}
    {% do run_query("create or replace table input_counts as " ~ selects | join(" union all ")) %}
    {% do adapter.commit() %}
{% endmacro %}
