{#- Where the user's own file or table for an input lies: its var, else its environment
    variable, else '' (the sample seed). -#}
{% macro input_location(name) %}
    {{ return(var(name) or env_var("TAGSMITH_" ~ name | upper, "")) }}
{% endmacro %}
