{#- A list of trimmed, non-empty texts from a list column or a JSON array in text; empty if the
    value is neither. -#}
{% macro text_list(column) %}
    list_filter(
        list_transform(
            coalesce(
                try_cast(
                    case
                        when typeof({{ column }}) like '%[]' then to_json({{ column }})
                        else try_cast(cast({{ column }} as varchar) as json)
                    end as varchar[]
                ),
                []
            ),
            lambda x: trim(x)
        ),
        lambda x: x <> ''
    )
{% endmacro %}
