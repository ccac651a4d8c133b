-- Candidates of every path and rejected names equal the decisions.
with

named as (
    select
        item_id,
        tag
    from {{ ref("int_candidates_by_path") }}
    union
    select
        item_id,
        coalesce(normalise_tag(name), '') as tag
    from {{ ref("int_candidates_rejected") }}
),

decided as (
    select
        item_id,
        tag,
        count(*) as n_decisions
    from {{ ref("tag_decisions") }}
    group by item_id, tag
)

select
    coalesce(named.item_id, decided.item_id) as item_id,
    coalesce(named.tag, decided.tag) as tag,
    decided.n_decisions
from named
full join decided
    on
        named.item_id = decided.item_id
        and named.tag = decided.tag
where
    named.tag is null
    or decided.n_decisions is distinct from 1
