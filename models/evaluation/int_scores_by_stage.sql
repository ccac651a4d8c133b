with

labels as (
    select * from {{ ref("int_score_labels") }}
    where is_labelled
),

tags as (
    select * from {{ ref("int_tags_concatenated") }}
),

weighed_folds as (
    select distinct fold from {{ ref("int_score_weights") }}
),

final as (
    select
        tags.item_id,
        tags.tag,
        labels.is_manual,
        unnest(['raw', 'calibrated']) as stage,  -- noqa: RF04
        unnest([tags.ensemble_score, tags.calibrated_score]) as score,
        unnest([false, weighed_folds.fold is not null]) as is_fitted
    from tags
    inner join labels
        on
            tags.item_id = labels.item_id
            and tags.tag = labels.tag
    left join weighed_folds on labels.fold = weighed_folds.fold
)

select * from final
