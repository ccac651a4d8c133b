{#- Prints the remedy of each failed gate below dbt's own lines; texts are in tests/_gates.yml. -#}
{% macro say_remedies(results) %}
    {%- if execute %}
        {%- for result in results or [] if result.status == "fail" %}
            {%- set remedy = result.node.config.get("meta", {}).get("remedy") %}
            {%- if remedy %}
                {%- do print(remedy_line(result.node.name, result.node.description, remedy)) %}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{% endmacro %}
