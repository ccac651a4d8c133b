with

generated_tags as (
    select * from {{ ref("int_generated_tags") }}
    where rejected_reason is not null
),

final as (
    select
        question_key,
        position,
        item_id,
        path,
        left(name, 300) as name,
        left(score_text, 40) as score_text,
        rejected_reason
    from generated_tags
)

select * from final
