-- One question for each novel tag and evaluator (paper, section 2.2). The bar beta is
-- not in the key, nor is the generator's score: an evaluator judges the tag, not who
-- proposed it.
with

novel_candidates as (
    select * from {{ ref("int_novel_candidates") }}
    where is_evaluated
),

evidence as (
    select * from {{ ref("int_search_evidence") }}
),

items as (
    select * from {{ ref("stg_item_texts") }}
),

endpoints as (
    select * from {{ ref("stg_model_endpoints") }}
    where role in ('lenient', 'strict')
),

prompts as (
    select * from {{ ref("stg_prompts") }}
    where prompt_name = 'evaluate'
),

final as (
    select
        {{ evaluator_question_key("novel_candidates.tag") }}
            as question_key,
        novel_candidates.item_id,
        novel_candidates.tag,
        endpoints.role as evaluator,
        endpoints.model,
        novel_candidates.novel_rank,
        evidence.search_key
    from novel_candidates
    inner join items on novel_candidates.item_id = items.item_id
    cross join endpoints
    cross join prompts
    left join evidence
        on
            novel_candidates.item_id = evidence.item_id
            and novel_candidates.tag = evidence.tag
)

select * from final
