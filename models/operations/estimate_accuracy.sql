{{ after_all_calls() }}
-- What a run was expected to cost, before its first call, beside what it did cost.
with

estimates as (
    select * from {{ source("ledger", "llm_estimates") }}
    where is_asked
),

calls as (
    select * from {{ source("ledger", "llm_calls") }}
),

spent as (
    select
        invocation_id,
        role,
        count(*) as n_calls,
        sum(prompt_tokens + completion_tokens) as n_tokens,
        sum({{ spent_usd() }}) as cost_usd,
        date_diff(
            'millisecond',
            min(started_at),
            max(started_at + to_milliseconds(cast(coalesce(latency_ms, 0) as bigint)))
        ) / 60000.0 as minutes
    from calls
    group by invocation_id, role
),

compared as (
    select
        estimates.invocation_id,
        estimates.role,
        estimates.model,
        estimates.basis,
        estimates.estimated_at,
        estimates.n_calls as expected_calls,
        estimates.n_calls_low,
        estimates.n_calls_high,
        coalesce(spent.n_calls, 0) as n_calls,
        estimates.n_tokens as expected_tokens,
        estimates.n_tokens_low,
        estimates.n_tokens_high,
        coalesce(spent.n_tokens, 0) as n_tokens,
        estimates.cost_usd as expected_usd,
        estimates.cost_usd_low,
        estimates.cost_usd_high,
        spent.cost_usd,
        estimates.minutes as expected_minutes,
        spent.minutes
    from estimates
    left join spent
        on
            estimates.invocation_id = spent.invocation_id
            and estimates.role = spent.role
),

final as (
    select
        invocation_id,
        role,
        model,
        basis,
        estimated_at,
        expected_calls,
        n_calls_low,
        n_calls_high,
        cast(n_calls as bigint) as n_calls,
        expected_tokens,
        n_tokens_low,
        n_tokens_high,
        cast(n_tokens as bigint) as n_tokens,
        expected_usd,
        cost_usd_low,
        cost_usd_high,
        cost_usd,
        expected_minutes,
        minutes,
        n_calls between n_calls_low and n_calls_high
        and n_tokens between n_tokens_low and n_tokens_high
        and coalesce(cost_usd between cost_usd_low and cost_usd_high, true)
            as is_within
    from compared
)

select * from final
