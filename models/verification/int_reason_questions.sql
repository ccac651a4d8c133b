-- One question for each novel tag that an evaluator accepted; the pack asks for all of
-- an item.
with

verdicts as (
    select * from {{ ref("int_evaluator_verdicts") }}
    where is_accepted
),

evaluator_inputs as (
    select * from {{ ref("int_evaluator_inputs") }}
    where evaluator = 'strict'
),

items as (
    select * from {{ ref("stg_item_texts") }}
),

endpoints as (
    select * from {{ ref("stg_model_endpoints") }}
    where role = 'reason'
),

prompts as (
    select * from {{ ref("stg_prompts") }}
    where prompt_name = 'reason'
),

accepted as (
    select distinct
        item_id,
        tag
    from verdicts
),

final as (
    select
        sha256(
            concat_ws(
                chr(31),
                'reason',
                endpoints.model,
                prompts.prompt_hash,
                items.content_hash,
                coalesce(sha256(evaluator_inputs.passages), ''),
                '{{ var("tag_language") | replace("'", "''") }}', accepted.tag
            )
        ) as question_key,
        accepted.item_id,
        accepted.tag,
        items.item_text,
        evaluator_inputs.passages
    from accepted
    inner join evaluator_inputs
        on
            accepted.item_id = evaluator_inputs.item_id
            and accepted.tag = evaluator_inputs.tag
    inner join items on accepted.item_id = items.item_id
    cross join endpoints
    cross join prompts
)

select * from final
