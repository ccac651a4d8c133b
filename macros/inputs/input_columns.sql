{#- The columns of an input (docs/inputs.md says what each holds); `required` gives only those
    that every row must have. -#}
{% macro input_columns(name, required=false) %}
    {{ return(declared_inputs()[name]["required" if required else "columns"]) }}
{% endmacro %}
