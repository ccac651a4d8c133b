{#- The rows of a model in tagsmith's own run and in those of all systems that stand. -#}
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
