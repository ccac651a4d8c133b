{#- Logs how lists, dates and times of a user's input are written, as inferred or named. -#}
{% macro say_forms(name) %}
    {%- set formed = declared_inputs()[name]["columns"].values() | select("in", ["list", "date", "time"]) | list -%}
    {%- if formed and not declared_inputs()[name]["is_log"] -%}
        {%- for row in run_query(column_forms(name)).rows if row[2] -%}
            {%- do log("input " ~ name ~ ", column " ~ row[1] ~ ": " ~ row[2]
                ~ " (var " ~ name ~ "_read names another form)", info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
