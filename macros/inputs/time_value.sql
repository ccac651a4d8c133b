{#- A time in UTC: ISO (without an offset it is UTC), a Unix time in seconds to nanoseconds,
    19951225, or what iso_text or english_date made of the text. Null for other texts. -#}
{% macro time_value(text, iso, english) %}
    {%- set days = ["%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%Y %B %d", "%Y %b %d"] -%}
    {%- set times = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S %z", " %I:%M %p", " %I:%M:%S %p"] -%}
    {%- set iso_time = "cast(try_cast(" ~ text ~ " as timestamptz) as timestamp)" -%}
    {#- A case, so that DuckDB reads other forms only where ISO fails. -#}
    case
        when {{ iso_time }} is not null then {{ iso_time }}
        when regexp_full_match({{ text }}, '(18|19|20)\d{6}(\d{6})?')
            then try_strptime({{ text }}, ['%Y%m%d', '%Y%m%d%H%M%S'])
        when regexp_full_match({{ text }}, '-?\d{9,19}(\.\d+)?|-?\d(\.\d+)?e\+\d\d')
            then {{ unix_time(text) }}
        when {{ iso }} is not null
            then coalesce(
                cast(try_cast({{ iso }} as timestamptz) as timestamp),
                try_strptime({{ iso }}, ['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p'])
            )
        when regexp_matches({{ text }}, '(?i)[a-z]{3}') and regexp_matches({{ text }}, '\d{4}')
            then cast(
                try_strptime(
                    {{ english }},
                    [
                        {%- for day in days %}{% for time in times %}'{{ day ~ time }}', {% endfor %}{% endfor -%}
                        '%b %d %H:%M:%S %Y', '%b %d %H:%M:%S %z %Y'
                    ]
                ) as timestamp
            )
    end
{% endmacro %}
