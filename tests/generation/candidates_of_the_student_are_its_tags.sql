-- The path of the student has its tags of all items that get tags, and no others.
with

candidates as (
    select
        item_id,
        tag
    from {{ ref("int_candidates_by_path") }}
    where path = 'student:all'
),

learnt as (
    select
        student_tags.item_id,
        student_tags.tag
    from {{ ref("int_student_tags") }} as student_tags
    inner join {{ ref("stg_items_to_tag") }} as items_to_tag
        on student_tags.item_id = items_to_tag.item_id
    {%- if var("modalities") %}
    where list_contains({{ text_values(var("modalities")) }}, 'student')
    {%- endif %}
)

select
    coalesce(candidates.item_id, learnt.item_id) as item_id,
    coalesce(candidates.tag, learnt.tag) as tag
from candidates
full join learnt
    on candidates.item_id = learnt.item_id and candidates.tag = learnt.tag
where candidates.tag is null or learnt.tag is null
