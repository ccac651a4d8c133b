-- Score ensemble (paper 2.2): a candidate that several paths name gets one score.
with

candidates_by_path as (
    select * from {{ ref("int_candidates_by_path") }}
),

ensembled as (
    select
        item_id,
        tag,
        {{ ensemble_score("path_score", "weight") }} as ensemble_score,
        count(*) as n_paths,
        min(position) as position
    from candidates_by_path
    group by item_id, tag
),

final as (
    select
        item_id,
        tag,
        ensemble_score,
        n_paths,
        position,
        cast(row_number() over (
            partition by item_id
            order by {{ tag_order("ensemble_score") }}
        ) as integer) as candidate_rank
    from ensembled
)

select * from final
