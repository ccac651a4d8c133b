with

selected as (
    {{ of_every_system("int_tags_selected") }}
),

baseline_tags as (
    select * from {{ ref("int_baseline_tags") }}
),

human_tags as (
    select * from {{ ref("int_human_tags") }}
    where rank <= {{ var("top_k") }}
),

names as (
    select distinct name
    from {{ ref("int_base_tag_names") }}
),

lists as (
    select
        system,
        item_id,
        rank,
        tag,
        score
    from selected
    where is_selected
    union all
    select
        system,
        item_id,
        rank,
        tag,
        score
    from baseline_tags
    union all
    select
        system,
        item_id,
        rank,
        tag,
        score
    from human_tags
),

final as (
    select
        lists.system,
        lists.item_id,
        lists.rank,
        lists.tag,
        names.name is not null as in_schema,
        lists.score
    from lists
    left join names
        on lists.tag = names.name
)

select * from final
