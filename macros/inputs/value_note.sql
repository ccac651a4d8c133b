{#- What became of a value that was not read as it was given; null if it was. -#}
{% macro value_note(column, kind) %}
    {%- set reasons = {
        "list": "not a list; write a JSON array, e.g. [\"drama\", \"war\"]",
        "date": "not a date; write YYYY-MM-DD",
        "time": "not a time; write YYYY-MM-DD HH:MM:SS",
        "number": "not a number",
        "json": "not JSON",
    } -%}
    {%- set text, value, given = column ~ "_text", column ~ "_value", column ~ "_given" -%}
    {%- set first, second = numbers_before_year(text) -%}
    case
        when {{ given }} is null then null
        when {{ text }} is null then {{ note("placeholder", column) }}
        {%- if kind == "list" %}
            when {{ value }} is null then {{ note("lost", column, reasons[kind]) }}
            when list_count({{ value }}) < len({{ value }})
                then {{ note("lost", column, "an object without a name; say which key has it, e.g. --vars ''{items_read: {keys: {" ~ column ~ ": title}}}''") }}
        {%- elif kind == "date" %}
            when {{ value }} is null and {{ year_value(text) }} is null then {{ note("lost", column, reasons[kind]) }}
            when {{ value }} is null and {{ first }} > 0
                then {{ note("year only", column, "day or month first? its year is used; write YYYY-MM-DD") }}
            when {{ value }} is null and regexp_matches(regexp_replace({{ text }}, '(18|19|20)\d\d', '', 'g'), '[1-9]')
                then {{ note("year only", column, "not a date, only its year is used; write YYYY-MM-DD") }}
        {%- elif kind == "time" %}
            when {{ value }} is null and {{ first }} > 0
                then {{ note("lost", column, "day or month first? write YYYY-MM-DD HH:MM:SS") }}
            when {{ value }} is null then {{ note("lost", column, reasons[kind]) }}
        {%- elif kind in reasons %}
            when {{ value }} is null then {{ note("lost", column, reasons[kind]) }}
        {%- elif kind in ["text", "prose", "title"] %}
            when {{ value }} is null then {{ note("lost", column, "an object, not a text; say which key has it, e.g. --vars ''{items_read: {keys: {" ~ column ~ ": name}}}''") }}
        {%- endif %}
        {%- if kind in ["prose", "title"] %}
            when {{ text }} <> {{ given }} then {{ note("markup", column) }}
        {%- endif %}
    end
{% endmacro %}
