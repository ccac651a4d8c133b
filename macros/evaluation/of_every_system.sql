{#- The rows of a model from tagsmith's own run and from all existing systems. -#}
{% macro of_every_system(model_name) %}
    select
        'tagsmith' as system,
        *
    from {{ ref(model_name) }}
    {%- for system in standing_systems() %}
    union all by name
    select
        '{{ system }}' as system,
        *
    from {{ api.Relation.create(
        database=target.database, schema="system_" ~ system, identifier=model_name
    ) }}
    {%- endfor %}
{% endmacro %}
