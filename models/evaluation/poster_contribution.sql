{% set gauges = [
    "image_only_exact", "image_only_semantic", "both_exact", "both_semantic",
    "text_only_exact", "text_only_semantic", "recall_gain_exact", "recall_gain_semantic",
] %}
with

counts as (
    select distinct
        category,
        source,
        match_kind,
        figure
    from {{ ref("int_poster_counts") }}
),

ratios as (
    select * from {{ ref("int_poster_ratios") }}
),

-- With posters against without: what Tagsmith finds beyond its text paths, on items
-- with posters, at the largest k.
recall_differences as (
    select
        'all' as category,
        match_kind,
        0 - difference as gain,
        0 - high as low,
        0 - low as high
    from {{ ref("system_differences") }}
    where
        system = 'text_only'
        and truth = 'all'
        and slice = 'with_poster'
        and metric = 'recall'
        and k = {{ var("evaluation_ks") | max }}
),

figures as (
    select
        counts.category,
        counts.source,
        counts.source || '_' || counts.match_kind as gauge,
        ratios.value,
        ratios.low,
        ratios.high,
        ratios.n_tags
    from counts
    inner join ratios on counts.figure = ratios.figure
    union all
    select
        category,
        'recall_gain' as source,
        'recall_gain_' || match_kind as gauge,
        gain as value,
        low,
        high,
        null as n_tags
    from recall_differences
),

final as (
    select
        cast(category as varchar) as category,
        {% for gauge in gauges -%}
            cast(max(value) filter (
                where gauge = '{{ gauge }}'
            ) as double) as {{ gauge }},
            cast(max(low) filter (
                where gauge = '{{ gauge }}'
            ) as double) as {{ gauge }}_low,
            cast(max(high) filter (
                where gauge = '{{ gauge }}'
            ) as double) as {{ gauge }}_high,
        {% endfor -%}
        cast(coalesce(max(n_tags) filter (where source = 'image_only'), 0) as integer)
            as n_image_only,
        cast(coalesce(max(n_tags) filter (where source = 'both'), 0) as integer)
            as n_both,
        cast(coalesce(max(n_tags) filter (where source = 'text_only'), 0) as integer)
            as n_text_only
    from figures
    group by category
)

select * from final
