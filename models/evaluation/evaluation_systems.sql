with

listed_systems as (
    select * from {{ ref("systems") }}
),

taggers as (
    select distinct unnest(taggers) as tagger
    from {{ ref("stg_manual_tags") }}
),

systems as (
    select
        system,
        family,
        changed_stage,
        description,
        good_to_know
    from listed_systems
    union all
    select
        'human:' || tagger as system,
        'human' as family,
        null as changed_stage,
        'The manual tags of ' || tagger
        || ', most frequent tags first.' as description,
        'Compare it with the tags of another tagger: against its own it is right by '
        || 'construction.' as good_to_know
    from taggers
),

final as (
    select
        cast(system as varchar) as system,
        cast(family as varchar) as family,
        cast(changed_stage as varchar) as changed_stage,
        cast(description as varchar) as description,
        cast(good_to_know as varchar) as good_to_know
    from systems
)

select * from final
