{#- The location of the user's own file or table for an input: its var, else its environment
    variable, else '' (the sample seed). A relative file is one of the project. -#}
{% macro input_location(name) %}
    {% if is_unit_test() %}{{ return("") }}{% endif %}
    {% set location = var(name) or env_var("TAGSMITH_" ~ name | upper, "") %}
    {{ return(location if is_table(location) else project_path(location)) }}
{% endmacro %}
