{#- Whether a text has nothing to see: only spaces and invisible characters. Of most texts the first
    character tells. -#}
{% macro is_blank(text) %}
    case
        when ascii({{ text }}) between 33 and 126 then false
        else regexp_full_match({{ text }}, '[\s\p{Z}\p{C}\x{2800}\x{3164}]*')
    end
{% endmacro %}
