-- Every tag of the student is a candidate or rejected; its path has no others.
with

given as (
    select
        item_id,
        tag,
        rejected_reason is null as is_candidate
    from {{ ref("int_student_tags") }}
),

used as (
    select
        item_id,
        tag,
        true as is_candidate
    from {{ ref("int_candidates_by_path") }}
    where path = 'student:all'
    union all
    select
        item_id,
        name as tag,
        false as is_candidate
    from {{ ref("int_candidates_rejected") }}
    where path = 'student:all'
)

select
    coalesce(given.item_id, used.item_id) as item_id,
    coalesce(given.tag, used.tag) as tag,
    given.is_candidate as is_given_as_candidate,
    used.is_candidate
from given
full join used
    on given.item_id = used.item_id and given.tag = used.tag
where given.is_candidate is distinct from used.is_candidate
