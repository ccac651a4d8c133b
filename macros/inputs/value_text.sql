{#- A value of any type as one text: JSON texts without their quotes, lists and structs as JSON,
    bytes as UTF-8. Null if nothing of it can be seen. -#}
{% macro value_text(column, is_trimmed=true) %}
    {%- set text -%}
        case
            when typeof({{ column }}) = 'JSON' then to_json({{ column }}) ->> '$'
            when regexp_matches(typeof({{ column }}), '\]$|^(STRUCT|MAP|UNION)\(')
                then cast(to_json({{ column }}) as varchar)
            when typeof({{ column }}) in ('DOUBLE', 'FLOAT')
                then nullif(cast({{ column }} as varchar), 'nan')
            else cast({{ column }} as varchar)
        end
    {%- endset -%}
    {%- if not is_trimmed -%}{{ return(text) }}{%- endif -%}
    case
        when not {{ is_blank(text) }} then trim({{ text }})
    end
{% endmacro %}
