{#- Tokens of a text, estimated without a tokenizer: a quarter token a character, and 0.45 for each
    byte beyond the first (Latin accents 0.7, Hangul and kana 1.15, emoji 1.6 a character). -#}
{% macro estimated_tokens(text) %}
    cast(
        ceil(length({{ text }}) / 4.0 + (strlen({{ text }}) - length({{ text }})) * 0.45)
        as integer
    )
{% endmacro %}
