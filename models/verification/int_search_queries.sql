-- One search for each tag that evaluators judge, frozen under search_key. An evaluation
-- adds its controls.
{%- set has_controls = var("control_items") | int > 0 and not is_unit_test() and (
    not execute or "model.tagsmith.int_control_tags" in selected_resources
) %}
with

novel_candidates as (
    select * from {{ ref("int_candidates_aligned") }}
    where is_evaluated
),

{% if has_controls -%}
control_tags as (
    select * from {{ ref("int_control_tags") }}
),

{% endif -%}
-- What the student offers; the verdict counts where scores are learnt.
offers as (
    select * from {{ ref("int_student_tags") }}
    where
        rejected_reason is null
        and position <= {{ var("judged_offers") if var("use_evaluators") else 0 }}
),

items as (
    select * from {{ ref("stg_items") }}
),

tags as (
    select
        'tagging' as purpose,
        item_id,
        tag,
        novel_rank as place
    from novel_candidates
    union all
    select
        'offer' as purpose,
        item_id,
        tag,
        position as place
    from offers
    {%- if has_controls %}
    union all
    select
        'control' as purpose,
        item_id,
        tag,
        place
    from control_tags
    {%- endif %}
),

final as (
    select
        {{ search_key("items.item_id", "items.title", "tags.tag") }} as search_key,
        tags.purpose,
        items.item_id,
        items.title,
        tags.tag,
        tags.place
    from tags
    inner join items on tags.item_id = items.item_id
)

select * from final
