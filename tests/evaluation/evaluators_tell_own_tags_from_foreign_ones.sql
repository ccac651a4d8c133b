-- The mean of all evaluators ranks a novel tag. An AUC of 0.5 is chance: below the bar
-- the evaluators are not worth their calls; fix the prompt, the form of the score or
-- the model. Not checked for fewer than 20 own or foreign tags.
with

quality as (
    select
        model,
        prompt_hash,
        evaluator,
        auc,
        low,
        high,
        yes_share_own,
        yes_share_foreign,
        agreement,
        n_own,
        n_foreign
    from {{ ref("evaluator_quality") }}
),

together as (
    select
        model,
        prompt_hash,
        auc as mean_auc,
        low as mean_auc_low,
        high as mean_auc_high,
        yes_share_own,
        yes_share_foreign,
        agreement,
        n_own,
        n_foreign
    from quality
    where evaluator = 'mean'
),

apart as (
    select
        string_agg(evaluator || ' ' || round(auc, 3), ', ' order by evaluator)
            as auc_of_each
    from quality
    where evaluator <> 'mean'
)

select
    together.model,
    together.prompt_hash,
    together.mean_auc,
    {{ var("min_evaluator_auc") }} as min_evaluator_auc,
    together.mean_auc_low,
    together.mean_auc_high,
    apart.auc_of_each,
    together.yes_share_own,
    together.yes_share_foreign,
    together.agreement,
    together.n_own,
    together.n_foreign
from together
cross join apart
where
    together.n_own >= 20
    and together.n_foreign >= 20
    and together.mean_auc < {{ var("min_evaluator_auc") }}
