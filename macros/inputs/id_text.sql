{#- An id as every input writes it: what pandas or a DECIMAL made of a whole number (862.0, 862.00,
    8.62e+16) has no decimals; 007 keeps its zeros. -#}
{% macro id_text(text) %}
    case
        when contains({{ text }}, '.0') and regexp_full_match({{ text }}, '-?\d+\.0+')
            then regexp_replace({{ text }}, '\.0+$', '')
        when contains({{ text }}, 'e+') and regexp_full_match({{ text }}, '\d(\.\d+)?e\+\d\d')
            then cast(cast(cast({{ text }} as double) as hugeint) as varchar)
        when strlen({{ text }}) > length({{ text }})
            then regexp_replace(
                {{ text }}, '^[\s\p{Z}\p{Cf}]+|[\s\p{Z}\p{Cf}]+$', '', 'g'
            )
        else {{ text }}
    end
{% endmacro %}
