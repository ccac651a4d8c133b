{#- A date with the English name of its month as "december 25 1995 10:00": without weekday, commas,
    ordinals and small words. -#}
{% macro english_date(text) %}
    {%- set steps = [
        ("\\b(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?\\b", ""),
        ("(\\d)(st|nd|rd|th)\\b", "\\1"),
        ("\\bsept\\b", "sep"),
        ("([a-z])\\.?-(\\d)", "\\1 \\2"),
        ("(\\d)-([a-z])", "\\1 \\2"),
        ("[,.]|\\b(at|of|the|gmt|utc)\\b", " "),
        ("\\s+", " "),
    ] -%}
    trim(
        {%- for _ in steps %}regexp_replace({% endfor -%}
        lower({{ text }})
        {%- for pattern, written in steps %}, '{{ pattern }}', '{{ written }}', 'g'){% endfor -%}
    )
{% endmacro %}
