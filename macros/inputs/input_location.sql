{#- The location of the user's own file or table for an input: its var, else its environment
    variable, else '' (the sample seed). -#}
{% macro input_location(name) %}
    {% if is_unit_test() %}{{ return("") }}{% endif %}
    {{ return(var(name) or env_var("TAGSMITH_" ~ name | upper, "")) }}
{% endmacro %}
