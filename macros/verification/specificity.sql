{#- 1 for a tag of one item, 0 for a tag of every item: 1 - ln df / ln N; 1 where N < 2. -#}
{% macro specificity(n_items_with_tag, n_items) -%}
    case
        when {{ n_items }} < 2 then cast(1 as double)
        else 1 - ln({{ n_items_with_tag }}) / ln({{ n_items }})
    end
{%- endmacro %}
