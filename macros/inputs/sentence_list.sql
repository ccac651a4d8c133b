{#- The sentences of a text in order, each with its closing marks and the space behind it; runs of
    space are one, and nothing else is lost. -#}
{% macro sentence_list(text) %}
    regexp_extract_all(
        regexp_replace({{ text }}, '\s+', ' ', 'g'),
        '[.!?。！？…]*[^.!?。！？…]+(?:[.!?。！？…]+["”’'')\]]* ?|$)'
    )
{% endmacro %}
