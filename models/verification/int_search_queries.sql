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
