-- Selection (paper 2.2): keep the first top_k tags of an item.
with

-- Policies (quotas, editors' overrides) go here: each excludes tags, with its own
-- reason.
tags as (
    select
        item_id,
        tag,
        status,
        score,
        position,
        case
            when not list_contains({{ text_values(var("tag_statuses")) }}, status)
                then status || ' tags take no place here (tag_statuses)'
        end as policy_reason
    from {{ ref("int_tags_concatenated") }}
),

ranked as (
    select
        item_id,
        tag,
        status,
        score,
        policy_reason,
        cast(row_number() over (
            partition by item_id, policy_reason is null
            order by {{ tag_order() }}
        ) as integer) as place
    from tags
),

final as (
    select
        item_id,
        tag,
        status,
        score,
        policy_reason is null and place <= {{ var("top_k") }} as is_selected,
        case
            when policy_reason is not null then policy_reason
            when place > {{ var("top_k") }} then 'below_top_k'
        end as reason,
        case when policy_reason is null then place end as rank
    from ranked
)

select * from final
