-- What is looked up for each novel tag that goes to the evaluators; frozen under
-- search_key.
with

novel_candidates as (
    select * from {{ ref("int_novel_candidates") }}
    where is_evaluated
),

items as (
    select * from {{ ref("stg_items") }}
),

final as (
    select
        {{ search_key("items.item_id", "items.title", "novel_candidates.tag") }}
            as search_key,
        items.item_id,
        items.title,
        novel_candidates.tag
    from novel_candidates
    inner join items on novel_candidates.item_id = items.item_id
)

select * from final
