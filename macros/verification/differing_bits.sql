{#- The bits in which the signatures of two relations differ (see signature_word). -#}
{% macro differing_bits(left, right) -%}
    (
        {%- for word in range(4) %}
        {% if not loop.first %}+ {% endif -%}
        cast(bit_count(
            xor({{ left }}.signature_{{ word }}, {{ right }}.signature_{{ word }})
        ) as integer)
        {%- endfor %}
    )
{%- endmacro %}
