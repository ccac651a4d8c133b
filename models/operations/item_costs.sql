{{ after_all_calls() }}
-- What each item cost. A call costs each of its questions the same; a question that
-- items share counts for the one it was asked about.
with

features as (
    select
        item_id,
        n_tags
    from {{ ref("item_features") }}
),

calls as (
    select * from {{ source("ledger", "llm_calls") }}
),

answers as (
    select
        question_key,
        item_id
    from {{ source("ledger", "llm_answers") }}
),

failures as (
    select * from {{ ref("question_failures") }}
),

asked_items as (
    select
        question_key,
        min(item_id) as item_id
    from (
        select
            question_key,
            item_id
        from answers
        union all
        select
            question_key,
            item_id
        from failures
        where status in ('pending', 'not_attempted')
    ) as questions
    group by question_key
),

asked as (
    select
        unnest(question_keys) as question_key,
        1 / len(question_keys) as call_share,
        prompt_tokens / len(question_keys) as prompt_tokens,
        cached_tokens / len(question_keys) as cached_tokens,
        completion_tokens / len(question_keys) as completion_tokens,
        {{ spent_usd() }} / len(question_keys) as cost_usd
    from calls
),

spent as (
    select
        asked_items.item_id,
        sum(asked.call_share) as n_calls,
        sum(asked.prompt_tokens) as prompt_tokens,
        sum(asked.cached_tokens) as cached_tokens,
        sum(asked.completion_tokens) as completion_tokens,
        sum(asked.cost_usd) as cost_usd
    from asked
    inner join asked_items
        on asked.question_key = asked_items.question_key
    group by asked_items.item_id
),

missing as (
    select
        item_id,
        count_if(status = 'quarantined') as n_quarantined,
        count_if(status = 'pending') as n_pending,
        count_if(status = 'not_attempted') as n_not_attempted
    from failures
    group by item_id
),

final as (
    select
        features.item_id,
        round(coalesce(spent.n_calls, 0), 6) as n_calls,
        cast(round(coalesce(spent.prompt_tokens, 0)) as bigint) as prompt_tokens,
        cast(round(coalesce(spent.cached_tokens, 0)) as bigint) as cached_tokens,
        cast(round(coalesce(spent.completion_tokens, 0)) as bigint)
            as completion_tokens,
        round(spent.cost_usd, 9) as cost_usd,
        round(spent.cost_usd / nullif(features.n_tags, 0), 9) as usd_per_tag,
        cast(coalesce(missing.n_quarantined, 0) as bigint) as n_quarantined,
        cast(coalesce(missing.n_pending, 0) as bigint) as n_pending,
        cast(coalesce(missing.n_not_attempted, 0) as bigint) as n_not_attempted
    from features
    left join spent
        on features.item_id = spent.item_id
    left join missing
        on features.item_id = missing.item_id
)

select * from final
