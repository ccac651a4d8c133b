-- The share of tags with such evidence that people give: logistic in the evidence. Without
-- weights the score stays as it is.
with

labels as (
    select * from {{ ref("int_score_labels") }}
),

weights as (
    select * from {{ ref("int_score_weights") }}
),

entries as (
    select
        item_id,
        tag,
        fold,
        unnest(map_entries(evidence)) as entry
    from labels
),

weighed as (
    select
        entries.item_id,
        entries.tag,
        max(weights.n_labels) as n_labels,
        {{ exact_sum("weights.weight * entries.entry.value") }} as log_odds
    from entries
    inner join weights
        on entries.fold = weights.fold and entries.entry.key = weights.evidence
    group by entries.item_id, entries.tag
),

final as (
    select
        labels.item_id,
        labels.tag,
        labels.ensemble_score,
        coalesce(round(1 / (1 + exp(-weighed.log_odds)), 9), labels.ensemble_score)
            as calibrated_score,
        if(weighed.log_odds is null, 'identity', 'logistic') as fit,
        coalesce(weighed.n_labels, 0) as n_labels
    from labels
    left join weighed
        on labels.item_id = weighed.item_id and labels.tag = weighed.tag
)

select * from final
