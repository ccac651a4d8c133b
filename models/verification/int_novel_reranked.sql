-- Re-ranking (paper 2.2): the parts of a novel tag's score. Drop a tag if every verdict
-- is No; without evaluators keep all tags that they would judge. A verdict that is not
-- there adds nothing to the agreement.
with

candidates as (
    select * from {{ ref("int_candidates_aligned") }}
    where novel_rank is not null
),

verdicts as (
    select * from {{ ref("int_evaluator_verdicts") }}
),

candidates_by_path as (
    select
        item_id,
        tag,
        path,
        category,
        weight * path_score as weighted_score
    from {{ ref("int_candidates_by_path") }}
    where level = 'sub'
),

judged as (
    select
        item_id,
        tag,
        {{ weighted_mean("verdict_score", "weight", "verdict_score is not null") }}
            as evaluation_score,
        {{ weighted_mean("coalesce(cast(is_accepted as integer), 0)", "weight") }}
            as agreement
    from verdicts
    group by item_id, tag
    having bool_or(is_accepted)
    {%- if not var("use_evaluators") %}
    union all
    select
        item_id,
        tag,
        cast(null as double) as evaluation_score,
        cast(null as double) as agreement
    from candidates
    where novel_rank <= {{ var("max_evaluated_novel") }}
    {%- endif %}
),

-- The strongest sub-category path decides the category.
categorised as (
    select
        judged.item_id,
        judged.tag,
        candidates_by_path.category
    from judged
    inner join candidates_by_path
        on
            judged.item_id = candidates_by_path.item_id
            and judged.tag = candidates_by_path.tag
    qualify
        row_number() over (
            partition by judged.item_id, judged.tag
            order by candidates_by_path.weighted_score desc, candidates_by_path.path asc
        ) = 1
),

final as (
    select
        candidates.item_id,
        candidates.tag,
        candidates.position,
        candidates.ensemble_score,
        judged.evaluation_score,
        judged.agreement,
        coalesce(categorised.category, 'general') as category
    from candidates
    inner join judged
        on
            candidates.item_id = judged.item_id
            and candidates.tag = judged.tag
    left join categorised
        on
            candidates.item_id = categorised.item_id
            and candidates.tag = categorised.tag
)

select * from final
