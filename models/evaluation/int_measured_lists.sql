-- Which system is measured against which truth, on which items. Taggers are measured
-- only against other taggers, since every other truth includes their own tags.
with

true_tags as (
    select distinct
        truth,
        item_id,
        n_true_tags
    from {{ ref("int_true_tags") }}
    where n_true_tags >= {{ var("min_true_tags") }}
),

lists as (
    select distinct
        system,
        item_id
    from {{ ref("int_system_tags") }}
),

final as (
    select
        lists.system,
        true_tags.truth,
        lists.item_id,
        true_tags.n_true_tags
    from lists
    inner join true_tags
        on lists.item_id = true_tags.item_id
    where
        lists.system not like 'human:%'
        or (
            true_tags.truth like 'tagger:%'
            and true_tags.truth <> replace(lists.system, 'human:', 'tagger:')
        )
)

select * from final
