{#-
  A subquery with the input under our column names: the mapping var renames, `union all by name`
  gives null for missing optional columns.
-#}
{% macro mapped_input(name) %}
    {% set columns = input_columns(name) %}
    {% set mapping = {} if is_unit_test() else var(name ~ "_columns") %}
    (
        select {% for column in columns %}null as {{ adapter.quote(column) }}{{ ", " if not loop.last }}{% endfor %}
        where false
        union all by name
        select {% if mapping -%}
            * exclude ({% for theirs in mapping %}{{ adapter.quote(theirs) }}{{ ", " if not loop.last }}{% endfor %}),
            {% for theirs, ours in mapping.items() -%}
                {{ adapter.quote(theirs) }} as {{ adapter.quote(ours) }}{{ ", " if not loop.last }}
            {%- endfor %}
        {%- else -%} * {%- endif %}
        from {{ input_relation(name) }}
    )
{% endmacro %}
