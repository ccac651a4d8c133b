{#- True while dbt compiles a model for a unit test: given rows replace the sample seeds,
    regardless of the run's inputs and mappings. -#}
{% macro is_unit_test() %}
    {{ return(model is defined and model.resource_type == "unit_test") }}
{% endmacro %}
