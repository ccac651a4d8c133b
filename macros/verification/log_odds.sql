{#- Logarithm of the odds of a probability, which is kept off 0 and 1 by 0.001. -#}
{% macro log_odds(probability) -%}
    ln(
        least(greatest({{ probability }}, 0.001), 0.999)
        / (1 - least(greatest({{ probability }}, 0.001), 0.999))
    )
{%- endmacro %}
