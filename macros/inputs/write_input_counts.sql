{#- Writes the table input_counts for `tagsmith check`: a row per input and column with the rows of
    the input, and how many of them give a value. Columns that we do not know are marked, since
    they may lack a mapping. -#}
{% macro write_input_counts() %}
    {% set selects = [] %}
    {% for name in declared_inputs() %}
        {% set ours = input_columns(name) %}
        {% set mapped = var(name ~ "_columns").keys() | list %}
        {% set unread = [] %}
        {% for column in found_columns(name) if column not in mapped and column | lower not in ours %}
            {% do unread.append(column) %}
        {% endfor %}
        {% set is_none = declared_inputs()[name]["is_of_one_catalogue"] and input_location("items") %}
        {% set place = input_location(name) or ("none" if is_none else "the sample") %}
        {% set counts %}
            select
                {{ loop.index }} as input_number,
                {{ dbt.string_literal(name) }} as input_name,
                {{ dbt.string_literal(dbt.escape_single_quotes(place)) }} as place,
                unnest([
                    {%- for column in ours + unread %}
                        {
                            'column_name':
                                {{ dbt.string_literal(dbt.escape_single_quotes(column)) }},
                            'is_ours': {{ column in ours }},
                            'n_rows': count(*),
                            'n_given':
                            {%- if column in ours %} count(*) filter (
                                trim(cast({{ adapter.quote(column) }} as varchar))
                                not in ('', '[]')
                            ){% else %} 0{% endif %}
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
