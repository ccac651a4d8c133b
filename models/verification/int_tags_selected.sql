-- Selection (paper 2.2): the first top_k tags of an item that no policy excludes.
{%- set quotas = dbt.escape_single_quotes(setting_value("category_quotas")) %}
with

tags as (
    select * from {{ ref("int_tags_concatenated") }}
),

duplicates as (
    select * from {{ ref("int_tag_duplicates") }}
),

-- Policies on a tag beside others go here, each with its own reason.
judged as (
    select
        tags.item_id,
        tags.tag,
        tags.status,
        tags.category,
        tags.score,
        tags.position,
        duplicates.survivor_tag,
        duplicates.survivor_similarity,
        coalesce(
            tags.bar_reason,
            case
                when duplicates.is_genre
                    then 'a genre of the item (genre_tags)'
                when duplicates.survivor_tag is not null
                    then format(
                            'means the same as "{}" (cosine {:.2f})',
                            duplicates.survivor_tag, duplicates.survivor_similarity
                        )
            end
        ) as tag_reason
    from tags
    left join duplicates
        on
            tags.item_id = duplicates.item_id
            and tags.tag = duplicates.tag
),

-- The places of a category go to its best tags that are left.
counted as (
    select
        item_id,
        tag,
        status,
        category,
        score,
        position,
        survivor_tag,
        survivor_similarity,
        tag_reason,
        cast(cast('{{ quotas }}' as json) as map (varchar, integer))[category] as quota,
        row_number() over (
            partition by item_id, category, tag_reason is null
            order by {{ tag_order() }}
        ) as category_place
    from judged
),

limited as (
    select
        item_id,
        tag,
        status,
        score,
        position,
        survivor_tag,
        survivor_similarity,
        case
            when tag_reason is not null then tag_reason
            when category_place > quota
                then format(
                        'number {} of category {}; its quota is {}',
                        category_place, category, quota
                    )
        end as category_reason
    from counted
),

-- Novel tags score low where people's tags teach the score; some keep a place.
kept as (
    select
        item_id,
        tag,
        status,
        score,
        position,
        survivor_tag,
        survivor_similarity,
        case
            when category_reason is not null then category_reason
            when
                status = 'mapped'
                and row_number() over (
                    partition by item_id, status, category_reason is null
                    order by {{ tag_order() }}
                ) > {{ var("top_k") }} - least(
                    {{ (var("novel_share") * var("top_k")) | int }},
                    count(*) filter (where status = 'novel' and category_reason is null)
                        over (partition by item_id)
                )
                then 'its place is kept for a novel tag (novel_share)'
        end as policy_reason
    from limited
),

ranked as (
    select
        item_id,
        tag,
        status,
        score,
        survivor_tag,
        survivor_similarity,
        policy_reason,
        cast(row_number() over (
            partition by item_id, policy_reason is null
            order by {{ tag_order() }}
        ) as integer) as place
    from kept
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
        case when policy_reason is null then place end as rank,
        survivor_tag,
        survivor_similarity
    from ranked
)

select * from final
