{#-
  The evaluation's systems, other than tagsmith, whose tables exist. `tagsmith evaluate` and
  `tagsmith compare` build each in its own schema, system_<name>.
-#}
{% macro standing_systems(every=false) %}
    {% if not execute or is_unit_test() %}{{ return([]) }}{% endif %}
    {% set found = run_query(
        "select table_schema[8:] as system from information_schema.tables "
        "where table_catalog = current_database() and starts_with(table_schema, 'system_') "
        "and table_name = 'int_tags_selected' order by system"
    ) %}
    {% set names = found.columns[0].values() | list %}
    {% if every %}{{ return(names) }}{% endif %}
    {% if var("compared_system") %}{{ return([var("compared_system")]) }}{% endif %}
    {{ return(names | select("ne", "compared") | list) }}
{% endmacro %}
