-- The first stage of the ablations: the ensemble, over the paths that a system has. A
-- system whose change comes later goes on from tagsmith's rows.
with

candidates_by_path as (
    select
        item_id,
        tag,
        modality,
        score,
        weight,
        position
    from {{ ref("int_candidates_by_path") }}
),

-- null: every path.
systems (system, modality) as (
    values
    ('tagsmith', null),
    ('no_ensemble', null),
    ('text_only', 'text'),
    ('image_only', 'image')
),

ensembled as (
    select
        systems.system,
        candidates_by_path.item_id,
        candidates_by_path.tag,
        {{ ensemble_score("candidates_by_path.score", "candidates_by_path.weight") }}
            as ensemble_score,
        {{ best_score("candidates_by_path.score", "candidates_by_path.weight") }}
            as best_score,
        min(candidates_by_path.position) as position
    from candidates_by_path
    inner join systems
        on
            systems.modality is null
            or candidates_by_path.modality = systems.modality
    group by
        systems.system, candidates_by_path.item_id, candidates_by_path.tag
),

scored as (
    select
        system,
        item_id,
        tag,
        case system when 'no_ensemble' then best_score else ensemble_score end as score,
        position
    from ensembled
),

final as (
    select
        system,
        item_id,
        tag,
        score,
        position,
        cast(row_number() over (
            partition by system, item_id
            order by {{ tag_order() }}
        ) as integer) as candidate_rank
    from scored
)

select * from final
