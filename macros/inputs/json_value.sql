{#- The JSON in a text that begins like a list or an object: JSON, or a list as Python, NumPy or
    Postgres writes it. Null if it is neither. `is_quoted`: only with quotes, since `[REC]` is a
    title. -#}
{% macro json_value(text, is_quoted=false) %}
    case
        when regexp_matches(
            {{ text }},
            '{{ "^(\\{\\s*[\\x22\\x27]|\\[\\s*[{\\x22\\x27])" if is_quoted else "^[\\[{(]" }}'
        )
            then try_cast(
                if(json_valid({{ text }}), {{ text }}, literal_to_json({{ text }})) as json
            )
    end
{% endmacro %}
