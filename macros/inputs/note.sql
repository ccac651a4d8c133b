{#- One note of mapped_input. -#}
{% macro note(note, column, reason=none) %}
    {
        'column_name': '{{ column }}',
        'note': '{{ note }}',
        'reason': {{ "cast(null as varchar)" if reason is none else "'" ~ reason ~ "'" }},
        'given': left({{ column }}_given, 200)
    }
{%- endmacro %}
