{#- Whether a text has nothing to see: spaces, controls and invisible characters. -#}
{% macro is_blank(text) %}
    regexp_full_match({{ text }}, '[\s\p{Z}\p{C}\x{2800}\x{3164}]*')
{% endmacro %}
