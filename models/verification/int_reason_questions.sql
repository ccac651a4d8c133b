-- One question for each of the first novel tags of an item that an evaluator accepted.
-- Words cost most: on the embedded model a reason takes as long as five verdicts.
with

verdicts as (
    select * from {{ ref("int_evaluator_verdicts") }}
    where is_accepted
),

evaluator_inputs as (
    select * from {{ ref("int_evaluator_inputs") }}
    where evaluator = 'strict' and purpose = 'tagging'
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

explained as (
    select
        accepted.item_id,
        accepted.tag,
        evaluator_inputs.passages
    from accepted
    inner join evaluator_inputs
        on
            accepted.item_id = evaluator_inputs.item_id
            and accepted.tag = evaluator_inputs.tag
    qualify row_number() over (
            partition by accepted.item_id
            order by evaluator_inputs.place
        ) <= {{ var("max_reasons") }}
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
                coalesce(sha256(explained.passages), ''),
                '{{ var("tag_language") | replace("'", "''") }}', explained.tag
            )
        ) as question_key,
        explained.item_id,
        explained.tag,
        items.item_text,
        explained.passages
    from explained
    inner join items on explained.item_id = items.item_id
    cross join endpoints
    cross join prompts
)

select * from final
