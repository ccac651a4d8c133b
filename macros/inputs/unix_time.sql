{#- The time of a Unix time in seconds, milli-, micro- or nanoseconds, told apart by its size. -#}
{% macro unix_time(text) %}
    make_timestamp(try_cast(round(
        cast({{ text }} as double) * case
            when abs(cast({{ text }} as double)) < 1e11 then 1e6
            when abs(cast({{ text }} as double)) < 1e14 then 1e3
            when abs(cast({{ text }} as double)) < 1e17 then 1
            else 1e-3
        end
    ) as bigint))
{% endmacro %}
