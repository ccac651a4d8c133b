-- Input of Sentence-BERT: distinct strings, since items share tags.
with

candidates as (
    select distinct tag as text
    from {{ ref("int_candidates_deduplicated") }}
    where is_kept
),

names as (
    select distinct name as text
    from {{ ref("int_base_tag_names") }}
),

final as (
    select
        coalesce(candidates.text, names.text) as text,
        candidates.text is not null as is_candidate,
        names.text is not null as is_base_tag_name
    from candidates
    full join names
        on candidates.text = names.text
)

select * from final
