-- Concatenation and final score (paper 2.2): mapped and accepted novel tags on one
-- scale.
with

mapped as (
    select * from {{ ref("int_mapped_tags") }}
),

novel as (
    select * from {{ ref("int_novel_reranked") }}
),

labels as (
    select * from {{ ref("int_score_labels") }}
),

weights as (
    select * from {{ ref("int_score_weights") }}
),

evidence as (
    select
        item_id,
        tag,
        fold,
        unnest(map_keys(evidence)) as kind,
        unnest(map_values(evidence)) as strength
    from labels
),

-- The share of tags with such evidence that people give: logistic in the evidence.
shares as (
    select
        evidence.item_id,
        evidence.tag,
        round(
            1 / (1 + exp(-{{ exact_sum("weights.weight * evidence.strength") }})), 9
        ) as share_given
    from evidence
    inner join weights
        on evidence.fold = weights.fold and evidence.kind = weights.evidence
    group by evidence.item_id, evidence.tag
),

tags as (
    select
        item_id,
        base_tag as tag,
        'mapped' as status,
        base_tag,
        category,
        position,
        ensemble_score,
        similarity as evaluation_score,
        cast(1 as double) as agreement
    from mapped
    union all
    select
        item_id,
        tag,
        'novel' as status,
        cast(null as varchar) as base_tag,
        category,
        position,
        ensemble_score,
        evaluation_score,
        agreement
    from novel
),

frequencies as (
    select
        tag,
        count(*) as n_items_with_tag
    from tags
    group by tag
),

totals as (
    select count(distinct item_id) as n_items
    from tags
),

weighed as (
    select
        tags.item_id,
        tags.tag,
        tags.status,
        tags.base_tag,
        tags.category,
        tags.position,
        tags.ensemble_score,
        tags.evaluation_score,
        tags.agreement,
        coalesce(shares.share_given, tags.ensemble_score) as calibrated_score,
        {{ specificity("frequencies.n_items_with_tag", "totals.n_items") }}
            as specificity,
        frequencies.n_items_with_tag,
        labels.offer_score
    from tags
    inner join frequencies
        on tags.tag = frequencies.tag
    left join labels
        on
            tags.item_id = labels.item_id
            and tags.tag = labels.tag
    left join shares
        on
            tags.item_id = shares.item_id
            and tags.tag = shares.tag
    cross join totals
),

-- Bars on a tag alone, each with its own reason; the first one counts.
final as (
    select
        item_id,
        tag,
        status,
        base_tag,
        category,
        position,
        ensemble_score,
        calibrated_score,
        evaluation_score,
        agreement,
        specificity,
        {{ final_score(
            "calibrated_score" if var("calibrate_scores") else "ensemble_score"
        ) }} as score,
        case
            when not list_contains({{ text_values(var("tag_statuses")) }}, status)
                then status || ' tags take no place here (tag_statuses)'
            when score < {{ var("min_score") }}
                then 'its score is below {{ var("min_score") }} (min_score)'
            when agreement < {{ var("min_agreement") }}
                then 'too few evaluators accept it (min_agreement)'
            when status = 'novel' and n_items_with_tag < {{ var("novel_min_items") }}
                then 'a novel tag of too few items (novel_min_items)'
            when offer_score < {{ var("min_offer_score") }}
                then 'no language model names it and the evaluator of offers '
                    || 'does not accept it (min_offer_score)'
        end as bar_reason
    from weighed
)

select * from final
