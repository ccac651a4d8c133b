-- The evaluators' question about a control tag is that about a candidate: the same key,
-- so an answer that the ledger has is used again.
with

tags as (
    select
        item_id,
        tag,
        is_own,
        place
    from {{ ref("int_control_tags") }}
),

evidence as (
    select
        item_id,
        tag,
        search_key,
        passages
    from {{ ref("int_control_evidence") }}
),

items as (
    select
        item_id,
        content_hash
    from {{ ref("stg_item_texts") }}
),

endpoints as (
    select
        role,
        model
    from {{ ref("stg_model_endpoints") }}
    where role in ('lenient', 'strict')
),

prompts as (
    select prompt_hash
    from {{ ref("stg_prompts") }}
    where prompt_name = 'evaluate'
),

final as (
    select
        {{ evaluator_question_key("tags.tag") }} as question_key,
        tags.item_id,
        tags.tag,
        tags.is_own,
        endpoints.role as evaluator,
        endpoints.model,
        prompts.prompt_hash,
        tags.place,
        evidence.search_key
    from tags
    inner join items
        on tags.item_id = items.item_id
    cross join endpoints
    cross join prompts
    left join evidence
        on
            tags.item_id = evidence.item_id
            and tags.tag = evidence.tag
)

select * from final
