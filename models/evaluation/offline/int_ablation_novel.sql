-- Evaluator routing of every system, with the verdicts that the pipeline has. A tag
-- that a system would have had judged and the pipeline had not is unjudged, and left
-- out.
with

candidates as (
    select
        system,
        item_id,
        tag,
        score,
        position
    from {{ ref("int_ablation_aligned") }}
    where base_tag is null
),

-- Which system's candidates a system goes on from, and whether evaluators judge them.
systems (system, candidates_of, is_judged) as (
    values
    ('tagsmith', 'tagsmith', true),
    ('text_only', 'text_only', true),
    ('image_only', 'image_only', true),
    ('no_ensemble', 'no_ensemble', true),
    ('no_deduplication', 'no_deduplication', true),
    ('no_semantic_filter', 'no_semantic_filter', true),
    ('novel_only', 'tagsmith', true),
    ('no_reranking', 'tagsmith', true),
    ('no_evaluators', 'tagsmith', false)
),

verdicts as (
    select
        item_id,
        tag,
        avg(score) as evaluation_score,
        count_if(is_accepted) / 2 as agreement
    from {{ ref("int_evaluator_verdicts") }}
    group by item_id, tag
),

ranked as (
    select
        system,
        item_id,
        tag,
        score,
        position,
        cast(row_number() over (
            partition by system, item_id
            order by {{ tag_order() }}
        ) as integer) as novel_rank
    from candidates
),

final as (
    select
        systems.system,
        ranked.item_id,
        ranked.tag,
        ranked.score,
        ranked.position,
        verdicts.evaluation_score,
        verdicts.agreement,
        systems.is_judged and verdicts.agreement is null as is_unjudged,
        not systems.is_judged or coalesce(verdicts.agreement > 0, false) as is_accepted
    from ranked
    inner join systems
        on ranked.system = systems.candidates_of
    left join verdicts
        on
            ranked.item_id = verdicts.item_id
            and ranked.tag = verdicts.tag
    where
        not systems.is_judged
        or ranked.novel_rank <= {{ var("max_evaluated_novel") }}
)

select * from final
