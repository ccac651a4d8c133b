with

counts as (
    select distinct
        system,
        k,
        measure,
        figure
    from {{ ref("int_judged_counts") }}
),

ratios as (
    select * from {{ ref("int_judged_ratios") }}
),

figures as (
    select
        counts.system,
        counts.k,
        counts.measure,
        ratios.value,
        ratios.low,
        ratios.high,
        ratios.n_items,
        ratios.n_tags
    from counts
    inner join ratios on counts.figure = ratios.figure
),

final as (
    select
        cast(system as varchar) as system,
        cast(k as integer) as k,
        cast(coalesce(max(n_items) filter (where measure = 'relevance'), 0) as integer)
            as n_items,
        cast(coalesce(max(n_tags) filter (where measure = 'relevance'), 0) as integer)
            as n_judged,
        cast(max(value) filter (where measure = 'judged_share') as double)
            as judged_share,
        cast(max(value) filter (where measure = 'relevance') as double) as relevance,
        cast(max(low) filter (where measure = 'relevance') as double) as low,
        cast(max(high) filter (where measure = 'relevance') as double) as high,
        cast(max(value) filter (where measure = 'novelty') as double) as novelty,
        cast(max(value) filter (where measure = 'useful_novelty') as double)
            as useful_novelty,
        cast(max(low) filter (where measure = 'useful_novelty') as double)
            as useful_novelty_low,
        cast(max(high) filter (where measure = 'useful_novelty') as double)
            as useful_novelty_high
    from figures
    group by system, k
)

select * from final
