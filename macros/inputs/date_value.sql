{#- A day: of a year its first (1995, 1995.0), of a month its first (1995-12, December 1995), else of a
    date or a time. Null for other texts. -#}
{% macro date_value(text, iso, english) %}
    coalesce(
        try_cast({{ text }} as date),
        try_cast(
            regexp_extract({{ text }}, '^(\d{4})(?:\.0+)?$', 1) || '-01-01' as date
        ),
        cast({{ time_value(text, iso, english) }} as date),
        try_cast(
            regexp_extract(
                {{ iso }}, '^\d{4}-\d{1,2}-\d{1,2}'
            ) as date
        ),
        try_cast(
            case
                when regexp_full_match({{ text }}, '(18|19|20)\d\d(\s*[-./年년]\s*\d{1,2}|\d\d)\s*[.月월]?')
                    then regexp_replace({{ text }}, '^(\d{4})\D*(\d{1,2})\D*$', '\1-\2-01')
                when regexp_full_match({{ text }}, '\d{1,2}[./-](18|19|20)\d\d')
                    then regexp_replace({{ text }}, '^(\d+).(\d{4})$', '\2-\1-01')
            end as date
        ),
        case
            when regexp_matches({{ text }}, '\d{4}')
                then cast(
                    try_strptime(
                        {{ english }}, ['%B %Y', '%b %Y', '%Y %B', '%Y %b']
                    ) as date
                )
        end
    )
{% endmacro %}
