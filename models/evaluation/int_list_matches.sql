-- Matches for each rank of each list: the edges between a list and its truth.
with

system_tags as (
    select * from {{ ref("int_system_tags") }}
),

measured as (
    select * from {{ ref("int_measured_lists") }}
),

tag_matches as (
    select * from {{ ref("int_tag_matches") }}
),

final as (
    select
        system_tags.system,
        tag_matches.truth,
        system_tags.item_id,
        system_tags.rank,
        tag_matches.true_position,
        tag_matches.is_exact
    from system_tags
    inner join tag_matches
        on
            system_tags.item_id = tag_matches.item_id
            and system_tags.tag = tag_matches.tag
    inner join measured
        on
            system_tags.system = measured.system
            and tag_matches.truth = measured.truth
            and system_tags.item_id = measured.item_id
)

select * from final
