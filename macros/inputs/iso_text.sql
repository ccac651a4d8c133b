{#- A date of numbers, with its time if it has one, as YYYY-MM-DD: 1995.12.25, 1995년 12월 25일,
    25/12/1995. Null for other texts, and where the text leaves open which number is the month. -#}
{% macro iso_text(text, day_first="cast(null as boolean)") %}
    {%- set first, second = numbers_before_year(text) -%}
    {%- set before_year = "^(\\d{1,2})[./-](\\d{1,2})[./-](\\d{4})[,T]?\\s*" -%}
    trim(case
        when regexp_matches({{ text }}, '^\d{4}\s*[-./年년]\s*\d{1,2}\s*[-./月월]\s*\d{1,2}')
            then regexp_replace(
                {{ text }},
                '^(\d{4})\s*[-./年년]\s*(\d{1,2})\s*[-./月월]\s*(\d{1,2})\s*[.,日일T]?\s*',
                '\1-\2-\3 '
            )
        when case
            when {{ first }} > 12 or {{ first }} = {{ second }} then true
            when {{ second }} > 12 then false
            when regexp_matches({{ text }}, '^\d+\.') then true
            else {{ day_first }}
        end
            then regexp_replace({{ text }}, '{{ before_year }}', '\3-\2-\1 ')
        when {{ second }} > 12 or not {{ day_first }}
            then regexp_replace({{ text }}, '{{ before_year }}', '\3-\1-\2 ')
    end)
{% endmacro %}
