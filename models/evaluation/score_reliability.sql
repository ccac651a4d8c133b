-- Ten bins of equal width; a bin without scores has no row.
with

scores as (
    select * from {{ ref("int_scores_by_stage") }}
),

binned as (
    select
        stage,
        score,
        is_manual,
        cast(least(floor(round(10 * score, 6)), 9) as integer) as bin
    from scores
),

final as (
    select
        stage,
        bin,
        bin / 10 as bin_low,
        (bin + 1) / 10 as bin_high,
        {{ exact_sum("score") }} / count(*) as mean_score,
        avg(cast(is_manual as integer)) as hit_share,
        count(*) as n
    from binned
    group by stage, bin
)

select * from final
