-- Items on which run health is measured: those of this run, and the served ones.
with

asked_items as (
    select distinct item_id
    from {{ ref("int_generation_questions") }}
),

kept_items as (
    select * from {{ ref("int_items_kept") }}
),

features as (
    select
        'this' as run,
        item_id,
        tags
    from {{ ref("item_features") }}
    union all
    select
        'last' as run,
        item_id,
        tags
    from {{ ref("int_item_features_current") }}
),

decisions as (
    select
        'this' as run,
        item_id,
        outcome,
        status,
        is_lenient_yes,
        is_strict_yes,
        selected_as
    from {{ ref("tag_decisions") }}
    union all
    select
        'last' as run,
        item_id,
        outcome,
        status,
        is_lenient_yes,
        is_strict_yes,
        selected_as
    from {{ ref("int_tag_decisions_current") }}
),

counted as (
    select
        run,
        item_id,
        count(distinct selected_as) filter (
            where outcome = 'selected' and status = 'mapped'
        ) as n_mapped_tags,
        count(is_lenient_yes = is_strict_yes) as n_judged_tags,
        count_if(is_lenient_yes = is_strict_yes) as n_agreed_tags
    from decisions
    group by run, item_id
),

-- Items without questions in this run (var items_to_tag) have no tags by intent, so
-- their served tags are not compared either; nor are those that stay as they are.
uncompared_items as (
    select features.item_id
    from features
    anti join asked_items
        on features.item_id = asked_items.item_id
    where features.run = 'this'
    union all
    select item_id
    from kept_items
),

final as (
    select
        features.run,
        features.item_id,
        features.tags,
        coalesce(counted.n_mapped_tags, 0) as n_mapped_tags,
        coalesce(counted.n_judged_tags, 0) as n_judged_tags,
        coalesce(counted.n_agreed_tags, 0) as n_agreed_tags
    from features
    left join counted
        on
            features.run = counted.run
            and features.item_id = counted.item_id
    anti join uncompared_items
        on features.item_id = uncompared_items.item_id
)

select * from final
