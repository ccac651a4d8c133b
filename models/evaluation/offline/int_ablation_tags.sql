-- Final score and selection of every system, as the pipeline does them.
with

tags as (
    select
        system,
        item_id,
        tag,
        status,
        position,
        ensemble_score,
        rated_score,
        evaluation_score,
        agreement
    from {{ ref("int_ablation_concatenated") }}
),

frequencies as (
    select
        system,
        tag,
        count(*) as n_items_with_tag
    from tags
    group by system, tag
),

totals as (
    select
        system,
        count(distinct item_id) as n_items
    from tags
    group by system
),

weighed as (
    select
        tags.system,
        tags.item_id,
        tags.tag,
        tags.status,
        tags.position,
        tags.ensemble_score,
        tags.rated_score,
        tags.evaluation_score,
        tags.agreement,
        {{ specificity("frequencies.n_items_with_tag", "totals.n_items") }}
            as specificity
    from tags
    inner join frequencies
        on
            tags.system = frequencies.system
            and tags.tag = frequencies.tag
    inner join totals
        on tags.system = totals.system
),

scored as (
    select
        system,
        item_id,
        tag,
        status,
        position,
        case system
            when 'no_reranking' then ensemble_score
            when 'no_evaluators' then {{ unjudged_score("rated_score") }}
            else {{ final_score("rated_score") }}
        end as score
    from weighed
),

final as (
    select
        system,
        item_id,
        cast(row_number() over (
            partition by system, item_id
            order by {{ tag_order() }}
        ) as integer) as rank,
        tag,
        status,
        score
    from scored
    qualify rank <= {{ var("top_k") }}
)

select * from final
