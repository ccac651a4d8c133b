-- The pipeline looks for the base tag of kept candidates alone; without deduplication
-- the dropped ones need one too.
with

candidates as (
    select distinct tag
    from {{ ref("int_candidates_deduplicated") }}
),

matches as (
    select tag
    from {{ ref("int_base_tag_matches") }}
),

final as (
    select candidates.tag as text
    from candidates
    anti join matches
        on candidates.tag = matches.tag
)

select * from final
