{#- Adds the rows of model_prices to the JSON text of llm_prices, whose own entries come first. -#}
{% macro with_listed_prices(own, listed) -%}
    cast(json_merge_patch(
        (
            select coalesce(
                json_group_object(model, [prompt_usd, cached_usd, completion_usd]), '{}'
            )
            from {{ listed }}
        ),
        {{ own }}
    ) as varchar)
{%- endmacro %}
