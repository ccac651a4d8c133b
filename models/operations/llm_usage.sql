{{ after_all_calls() }}
-- Read the ledger after the models that write it.
with

calls as (
    select
        call_id,
        role,
        model,
        question_keys,
        attempt,
        status,
        batch_key,
        prompt_tokens,
        cached_tokens,
        completion_tokens,
        cost_usd,
        reserved_usd,
        latency_ms,
        cast(started_at as date) as called_on
    from {{ source("ledger", "llm_calls") }}
),

questions as (
    select distinct
        role,
        model,
        called_on,
        unnest(question_keys) as question_key
    from calls
),

counted as (
    select
        role,
        model,
        called_on,
        count(*) as n_questions
    from questions
    group by role, model, called_on
),

summed as (
    select
        role,
        model,
        called_on,
        count(*) as n_calls,
        cast(count_if(attempt > 1) as bigint) as n_retries,
        -- One that waits in a batch has not failed.
        cast(
            count_if(status <> 'ok' and not (status = 'sent' and batch_key is not null))
            as bigint
        ) as n_failed_calls,
        sum(prompt_tokens) as prompt_tokens,
        sum(cached_tokens) as cached_tokens,
        sum(completion_tokens) as completion_tokens,
        -- A call without a known outcome may have been paid: its reservation counts.
        sum({{ spent_usd() }}) as cost_usd,
        sum(reserved_usd) filter (where cost_usd is null) as unknown_usd,
        cast(
            count_if({{ spent_usd() }} is null and status <> 'error')
            as bigint
        ) as n_unpriced_calls,
        round(quantile_cont(latency_ms, 0.5), 3) as p50_latency_ms,
        round(quantile_cont(latency_ms, 0.95), 3) as p95_latency_ms
    from calls
    group by role, model, called_on
),

final as (
    select
        summed.role,
        summed.model,
        summed.called_on,
        summed.n_calls,
        summed.n_retries,
        summed.n_failed_calls,
        cast(coalesce(counted.n_questions, 0) as bigint) as n_questions,
        cast(coalesce(summed.prompt_tokens, 0) as bigint) as prompt_tokens,
        cast(coalesce(summed.cached_tokens, 0) as bigint) as cached_tokens,
        cast(coalesce(summed.completion_tokens, 0) as bigint) as completion_tokens,
        round(summed.cached_tokens / nullif(summed.prompt_tokens, 0), 9)
            as cached_share,
        round(summed.n_failed_calls / summed.n_calls, 9) as failed_share,
        summed.cost_usd,
        summed.unknown_usd,
        summed.n_unpriced_calls,
        summed.p50_latency_ms,
        summed.p95_latency_ms
    from summed
    left join counted
        on
            summed.role = counted.role
            and summed.model = counted.model
            and summed.called_on = counted.called_on
)

select * from final
