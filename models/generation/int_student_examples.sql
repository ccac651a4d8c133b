-- What the student learns from: manual tags, and verified answers of the generators. An
-- answer is verified if two paths give it and it is a base tag by name; what only
-- resembles one teaches nothing. Which answers count beside manual tags is decided by
-- fold, in python_udfs/student: an item's own manual tags must not decide it.
{%- set has_answers = var("student_answer_weight") > 0 %}
with

names as (
    select * from {{ ref("int_base_tag_names") }}
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

{% if has_answers -%}
generated_tags as (
    select * from {{ ref("int_generated_tags") }}
    where rejected_reason is null
),
{%- endif %}

manual as (
    select distinct
        manual_tags.item_id,
        names.base_tag as tag
    from manual_tags
    inner join names on manual_tags.tag = names.name
),

{% if has_answers -%}
verified as (
    select
        generated_tags.item_id,
        names.base_tag as tag
    from generated_tags
    inner join names on generated_tags.tag = names.name
    group by generated_tags.item_id, names.base_tag
    having count(distinct generated_tags.path) >= 2
),
{%- endif %}

final as (
    select
        item_id,
        tag,
        'manual' as source,
        cast(1 as double) as weight
    from manual
    {%- if has_answers %}
    union all
    select
        verified.item_id,
        verified.tag,
        'generated' as source,
        cast({{ var("student_answer_weight") }} as double) as weight
    from verified
    anti join manual
        on verified.item_id = manual.item_id and verified.tag = manual.tag
    {%- endif %}
)

select * from final
