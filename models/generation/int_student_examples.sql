-- What the student learns from: manual tags, and verified answers of the generators. An
-- answer is verified if two paths give it and it is a base tag by name; what only
-- resembles one teaches nothing. Which answers count beside manual tags is decided by
-- fold, in python_udfs/student: an item's own manual tags must not decide it.
{%- set answer_weight = var("student_answer_weight") %}
{%- set no_answers %}
    (
        select
            item_id,
            tag,
            '' as path,
            '' as rejected_reason
        from manual_tags
        where false
    )
{%- endset %}
with

names as (
    select * from {{ ref("int_base_tag_names") }}
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

generated_tags as (
    select * from {{ ref("int_generated_tags") if answer_weight > 0 else no_answers }}
    where rejected_reason is null
),

manual as (
    select distinct
        manual_tags.item_id,
        names.base_tag as tag
    from manual_tags
    inner join names on manual_tags.tag = names.name
),

verified as (
    select
        generated_tags.item_id,
        names.base_tag as tag
    from generated_tags
    inner join names on generated_tags.tag = names.name
    group by generated_tags.item_id, names.base_tag
    having count(distinct generated_tags.path) >= 2
),

final as (
    select
        item_id,
        tag,
        'manual' as source,
        cast(1 as double) as weight
    from manual
    union all
    select
        verified.item_id,
        verified.tag,
        'generated' as source,
        cast({{ answer_weight }} as double) as weight
    from verified
    anti join manual
        on verified.item_id = manual.item_id and verified.tag = manual.tag
    where {{ answer_weight }} > 0
)

select * from final
