-- Judged, relevant and novel tags of each list, item by item. Only manual labels count:
-- the evaluators that admitted a tag never judge it here.
with

system_tags as (
    select * from {{ ref("int_system_tags") }}
),

labels as (
    select * from {{ ref("int_relevance_labels") }}
),

judged_items as (
    select distinct item_id
    from labels
),

depths as (
    select cast(unnest({{ var("evaluation_ks") }}) as integer) as k
),

counted as (
    select
        system_tags.system,
        depths.k,
        system_tags.item_id,
        count(*) as n_tags,
        count(labels.tag) as n_judged,
        count_if(labels.is_relevant) as n_relevant,
        count_if(labels.tag is not null and not system_tags.in_schema) as n_novel,
        count_if(labels.is_relevant and not system_tags.in_schema) as n_useful
    from system_tags
    inner join judged_items
        on system_tags.item_id = judged_items.item_id
    inner join depths
        on system_tags.rank <= depths.k
    left join labels
        on
            system_tags.item_id = labels.item_id
            and system_tags.tag = labels.tag
    group by system_tags.system, depths.k, system_tags.item_id
),

measured as (
    select
        system,
        k,
        item_id,
        unnest(['judged_share', 'relevance', 'novelty', 'useful_novelty']) as measure,
        unnest([n_judged, n_relevant, n_novel, n_useful]) as hits,
        unnest([n_tags, n_judged, n_judged, n_judged]) as tags
    from counted
),

final as (
    select
        system,
        k,
        measure,
        system || '@' || k || ' ' || measure as figure,
        item_id,
        hits,
        tags
    from measured
    where tags > 0
)

select * from final
