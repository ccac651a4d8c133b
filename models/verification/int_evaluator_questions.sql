-- One question for each tag and evaluator (paper, section 2.2). The key omits the bar
-- beta, the generator's score and the purpose: an evaluator judges the tag, not its
-- origin, and one answer serves both purposes.
with

queries as (
    select * from {{ ref("int_search_queries") }}
),

evidence as (
    select * from {{ ref("int_search_evidence") }}
),

items as (
    select * from {{ ref("stg_item_texts") }}
),

evaluators as (
    select * from {{ ref("evaluators") }}
),

endpoints as (
    select * from {{ ref("stg_model_endpoints") }}
),

prompts as (
    select * from {{ ref("stg_prompts") }}
    where prompt_name = 'evaluate'
),

-- Lines are chosen from all of the text, also from what is not sent.
hashed_items as (
    select
        item_id,
        content_hash,
        sha256(opening) as opening_hash,
        sha256(
            concat_ws(
                chr(31),
                item_text,
                unsent_text,
                'lines {{ var("evidence_lines") }}',
                '{{ (var("sbert_model") or "packaged") | replace("'", "''") }}'
            )
        ) as lines_hash
    from items
),

final as (
    select
        sha256(
            concat_ws(
                chr(31),
                'evaluation',
                evaluators.evaluator,
                endpoints.model,
                prompts.prompt_hash,
                case evaluators.reads
                    when 'lines' then items.lines_hash
                    when 'opening' then items.opening_hash
                    else items.content_hash
                end,
                coalesce(sha256(evidence.passages), ''),
                '{{ var("tag_language") | replace("'", "''") }}',
                queries.tag
            )
        ) as question_key,
        queries.purpose,
        queries.item_id,
        queries.tag,
        evaluators.evaluator,
        endpoints.model,
        evaluators.reads,
        prompts.prompt_hash,
        queries.place,
        evidence.search_key
    from queries
    inner join hashed_items as items on queries.item_id = items.item_id
    inner join evaluators
        on
            queries.purpose <> 'offer'
            or evaluators.evaluator = '{{ var("offers_evaluator") }}'
    inner join endpoints on evaluators.evaluator = endpoints.role
    cross join prompts
    left join evidence on queries.search_key = evidence.search_key
)

select * from final
