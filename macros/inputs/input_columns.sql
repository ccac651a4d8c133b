{#- The columns of an input (described in docs/inputs.md); `required` returns only those that
    every row must have. -#}
{% macro input_columns(name, required=false) %}
    {{ return(declared_inputs()[name]["required" if required else "columns"] | list) }}
{% endmacro %}
