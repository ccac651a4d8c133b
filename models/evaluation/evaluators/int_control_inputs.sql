-- What a control verdict is rendered from; a view, since only questions without an
-- answer need it.
{{ config(materialized="view") }}
with

questions as (
    select
        question_key,
        item_id,
        evaluator,
        tag,
        place,
        search_key
    from {{ ref("int_control_questions") }}
),

items as (
    select
        item_id,
        item_text
    from {{ ref("stg_item_texts") }}
),

evidence as (
    select
        search_key,
        passages
    from {{ ref("int_control_evidence") }}
),

final as (
    select
        questions.question_key,
        questions.item_id,
        questions.evaluator,
        questions.tag,
        items.item_text,
        evidence.passages,
        questions.place as novel_rank
    from questions
    inner join items
        on questions.item_id = items.item_id
    left join evidence
        on questions.search_key = evidence.search_key
)

select * from final
