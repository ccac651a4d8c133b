with

item_groups as (
    select * from {{ ref("int_item_groups") }}
),

true_tags as (
    select * from {{ ref("int_true_tags") }}
    where truth = 'all'
),

compared_systems as (
    select system
    from {{ ref("evaluation_systems") }}
    where family in ('tagsmith', 'baseline')
),

compared_lists as (
    select distinct
        system_tags.system,
        system_tags.item_id
    from {{ ref("int_system_tags") }} as system_tags
    inner join compared_systems
        on system_tags.system = compared_systems.system
),

-- A baseline without any list was not built, so it excludes no item.
n_compared_systems as (
    select count(distinct system) as n_systems
    from compared_lists
),

tagged_by_all as (
    select compared_lists.item_id
    from compared_lists
    cross join n_compared_systems
    group by compared_lists.item_id, n_compared_systems.n_systems
    having count(*) = n_compared_systems.n_systems
),

slices as (
    select
        slice,
        item_id
    from item_groups
    union all
    select distinct
        'many_labels' as slice,
        item_id
    from true_tags
    where n_true_tags >= 20
    union all
    select
        'tagged_by_all_systems' as slice,
        item_id
    from tagged_by_all
),

final as (
    select
        cast(slice as varchar) as slice,
        cast(item_id as varchar) as item_id
    from slices
)

select * from final
