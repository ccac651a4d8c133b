-- Section 3.3 of the paper, from the ledger: repeated and failed calls count.
with

busy as (
    select
        sum(date_diff('microsecond', started_at, ended_at)) / 6e7 as clock_minutes,
        sum(latency_us) / 6e7 as call_minutes
    from {{ ref("int_call_stretches") }}
),

asked as (
    select nullif(count(distinct item_id), 0) as n_items
    from {{ source("ledger", "llm_answers") }}
),

costs as (
    select
        sum(cost_usd) as cost_usd,
        count(*) as n_calls,
        count(*) - count(cost_usd) as n_unpriced
    from {{ source("ledger", "llm_calls") }}
),

waited as (
    select
        median(minutes_to_features) as minutes_to_features,
        nullif(count(*), 0) as n_items
    from {{ ref("int_item_waits") }}
    where is_cold_start and minutes_to_features is not null
),

effort as (
    select
        sum(minutes_per_item) as work_minutes,
        sum(minutes_per_item + waiting_minutes) as elapsed_minutes
    from {{ ref("stg_manual_effort") }}
),

measured as (
    select
        'minutes_per_item' as measure,
        busy.clock_minutes / asked.n_items as tagsmith,
        effort.work_minutes as manual,
        'minutes' as unit,
        -0.873 as paper_reduction,
        asked.n_items,
        'wall-clock time of model calls per item asked about, against the work of all '
        || 'manual steps; review of the tags is not counted'
            as assumptions
    from busy, asked, effort
    union all
    select
        'call_minutes_per_item' as measure,
        busy.call_minutes / asked.n_items as tagsmith,
        effort.work_minutes as manual,
        'minutes' as unit,
        null as paper_reduction,
        asked.n_items,
        'the same without concurrent calls' as assumptions
    from busy, asked, effort
    union all
    select
        'minutes_to_features' as measure,
        waited.minutes_to_features as tagsmith,
        effort.elapsed_minutes as manual,
        'minutes' as unit,
        -0.945 as paper_reduction,
        waited.n_items,
        'median of cold-start items, from appearance to first published tags, against '
        || 'work and waiting of all manual steps; in a first build every item waits '
        || 'for the whole catalogue' as assumptions
    from waited, effort
    union all
    select
        'usd_per_item' as measure,
        costs.cost_usd / asked.n_items as tagsmith,
        null as manual,
        'USD' as unit,
        null as paper_reduction,
        asked.n_items,
        costs.n_unpriced || ' of ' || costs.n_calls || ' calls lack a price and count '
        || 'as 0; the machine of an embedded model is not counted' as assumptions
    from costs, asked
),

final as (
    select
        measure,
        cast(tagsmith as double) as tagsmith,
        cast(manual as double) as manual,
        unit,
        cast((tagsmith / nullif(manual, 0) - 1) as double) as reduction,
        cast(paper_reduction as double) as paper_reduction,
        cast(n_items as bigint) as n_items,
        assumptions
    from measured
)

select * from final
