{#- True while dbt compiles a model for a unit test: its given rows stand for the sample seeds,
    whatever inputs and mappings the run itself uses. -#}
{% macro is_unit_test() %}
    {{ return(model is defined and model.resource_type == "unit_test") }}
{% endmacro %}
