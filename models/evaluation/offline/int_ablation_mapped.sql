-- The base tags of every system: its candidates on one base tag are one tag.
with

candidates as (
    select
        system,
        item_id,
        base_tag,
        score,
        similarity,
        position
    from {{ ref("int_ablation_aligned") }}
    where base_tag is not null
),

mapped as (
    select
        system,
        item_id,
        base_tag,
        {{ ensemble_score("score", "similarity") }} as ensemble_score,
        {{ best_score("score", "similarity") }} as best_score,
        max(similarity) as similarity,
        min(position) as position
    from candidates
    group by system, item_id, base_tag
),

-- Which system's candidates a system goes on from.
systems (system, candidates_of) as (
    values
    ('tagsmith', 'tagsmith'),
    ('text_only', 'text_only'),
    ('image_only', 'image_only'),
    ('no_ensemble', 'no_ensemble'),
    ('no_deduplication', 'no_deduplication'),
    ('no_semantic_filter', 'no_semantic_filter'),
    ('mapped_only', 'tagsmith'),
    ('no_reranking', 'tagsmith'),
    ('no_evaluators', 'tagsmith')
),

final as (
    select
        systems.system,
        mapped.item_id,
        mapped.base_tag,
        case systems.system
            when 'no_ensemble' then mapped.best_score else mapped.ensemble_score
        end as score,
        mapped.similarity,
        mapped.position
    from mapped
    inner join systems
        on mapped.system = systems.candidates_of
)

select * from final
