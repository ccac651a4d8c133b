-- One question for each of the first novel tags of an item that an evaluator accepted.
-- Reasons are costly: on the embedded model one takes as long as five verdicts.
with

verdicts as (
    select * from {{ ref("int_evaluator_verdicts") }}
    where is_accepted
),

queries as (
    select * from {{ ref("int_search_queries") }}
    where purpose = 'tagging'
),

evidence as (
    select * from {{ ref("int_search_evidence") }}
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
        evidence.passages
    from accepted
    inner join queries
        on
            accepted.item_id = queries.item_id
            and accepted.tag = queries.tag
    left join evidence on queries.search_key = evidence.search_key
    qualify row_number() over (
            partition by accepted.item_id
            order by queries.place
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
