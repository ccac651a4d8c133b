{{ after_all_calls() }}
-- Read the ledger after the models that write it. Overlapping calls are one period, so
-- its length is wall-clock time, independent of concurrency.
with

calls as (
    select
        call_id,
        started_at,
        latency_ms,
        started_at
        + to_microseconds(cast(round(latency_ms * 1000) as bigint)) as ended_at
    from {{ source("ledger", "llm_calls") }}
    where started_at is not null and latency_ms is not null
),

marked as (
    select
        call_id,
        started_at,
        ended_at,
        latency_ms,
        coalesce(
            started_at > max(ended_at) over (
                order by started_at, call_id
                rows between unbounded preceding and 1 preceding
            ),
            true
        ) as is_first
    from calls
),

numbered as (
    select
        started_at,
        ended_at,
        latency_ms,
        count_if(is_first) over (order by started_at, call_id) as stretch
    from marked
),

final as (
    select
        cast(stretch as bigint) as stretch,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        count(*) as n_calls,
        cast(sum(cast(round(latency_ms * 1000) as bigint)) as bigint) as latency_us
    from numbered
    group by stretch
)

select * from final
