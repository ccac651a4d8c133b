{#- DuckDB has no zero-copy clone: a copy of the table's rows. dbt's materialization commits
    nothing, so the statement does. -#}
{% macro duckdb__create_or_replace_clone(this_relation, defer_relation) %}
    create or replace table {{ this_relation.render() }} as
    select * from {{ defer_relation.render() }};
    commit;
    begin transaction
{% endmacro %}
