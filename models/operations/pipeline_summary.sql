with

features as (
    select * from {{ ref("item_features") }}
),

rejected_rows as (
    select table_name
    from {{ ref("stg_rejected_rows") }}
),

generation_answers as (
    select
        status,
        is_in_batch
    from {{ ref("int_generation_answers") }}
),

evaluator_answers as (
    select
        status,
        is_in_batch
    from {{ ref("int_evaluator_answers") }}
    where purpose <> 'control'
),

usage as (
    select * from {{ ref("llm_usage") }}
),

stored_answers as (
    select * from {{ source("ledger", "llm_answers") }}
),

run_calls as (
    select * from {{ source("ledger", "llm_calls") }}
    where invocation_id = '{{ invocation_id }}'
),

featured as (
    select
        count(*) as n_items,
        count(*) filter (where n_tags = 0) as n_items_without_tags,
        coalesce(sum(n_tags), 0) as n_tags,
        sum(n_mapped_tags) / nullif(sum(n_tags), 0) as mapped_share,
        sum(n_novel_tags) / nullif(sum(n_tags), 0) as novel_share,
        sum(n_tags) / nullif(count(*), 0) as tags_per_item
    from features
),

answers as (
    select
        status,
        is_in_batch
    from generation_answers
    union all
    select
        status,
        is_in_batch
    from evaluator_answers
),

asked as (
    select
        count(*) as n_questions,
        count(*) filter (where status = 'answered') as n_answered,
        count(*) filter (where status = 'quarantined') as n_quarantined,
        count(*) filter (where status = 'pending') as n_pending,
        count_if(is_in_batch) as n_in_batches,
        count(*) filter (where status = 'not_attempted') as n_not_attempted
    from answers
),

spent as (
    select
        coalesce(sum(n_calls), 0) as n_calls,
        coalesce(sum(n_failed_calls), 0) as n_failed_calls,
        coalesce(sum(prompt_tokens), 0) as prompt_tokens,
        coalesce(sum(cached_tokens), 0) as cached_tokens,
        coalesce(sum(completion_tokens), 0) as completion_tokens,
        coalesce(sum(cost_usd), 0) as cost_usd,
        coalesce(sum(n_unpriced_calls), 0) as n_unpriced_calls
    from usage
),

-- What the questions that a budget of this run left out would cost.
stopped as (
    select sum(expected_usd) as not_attempted_usd
    from {{ source("ledger", "llm_budget_stops") }}
    where invocation_id = '{{ invocation_id }}'
),

run_items as (
    select count(distinct stored_answers.item_id) as n_run_items
    from stored_answers
    inner join run_calls
        on stored_answers.call_id = run_calls.call_id
),

run_spent as (
    select sum({{ spent_usd() }}) as run_usd
    from run_calls
),

rejected as (
    select count(*) as n_rejected_rows
    from rejected_rows
),

final as (
    select
        cast(featured.n_items as bigint) as n_items,
        cast(featured.n_items_without_tags as bigint) as n_items_without_tags,
        cast(rejected.n_rejected_rows as bigint) as n_rejected_rows,
        cast(featured.n_tags as bigint) as n_tags,
        cast(featured.tags_per_item as double) as tags_per_item,
        cast(featured.mapped_share as double) as mapped_share,
        cast(featured.novel_share as double) as novel_share,
        cast(asked.n_questions as bigint) as n_questions,
        cast(asked.n_answered as bigint) as n_answered,
        cast(asked.n_quarantined as bigint) as n_quarantined,
        cast(asked.n_pending as bigint) as n_pending,
        cast(asked.n_in_batches as bigint) as n_in_batches,
        cast(asked.n_not_attempted as bigint) as n_not_attempted,
        cast(stopped.not_attempted_usd as double) as not_attempted_usd,
        cast(spent.n_calls as bigint) as n_calls,
        cast(spent.n_failed_calls as bigint) as n_failed_calls,
        cast(spent.prompt_tokens as bigint) as prompt_tokens,
        cast(spent.cached_tokens as bigint) as cached_tokens,
        cast(spent.completion_tokens as bigint) as completion_tokens,
        cast(spent.cost_usd as double) as cost_usd,
        cast(spent.n_unpriced_calls as bigint) as n_unpriced_calls,
        cast(spent.cached_tokens / nullif(spent.prompt_tokens, 0) as double)
            as cached_share,
        cast(spent.cost_usd / nullif(featured.n_tags, 0) as double) as usd_per_tag,
        cast(run_spent.run_usd as double) as run_usd,
        cast(run_spent.run_usd / nullif(run_items.n_run_items, 0) as double)
            as run_usd_per_item
    from featured
    cross join asked
    cross join spent
    cross join rejected
    cross join stopped
    cross join run_items
    cross join run_spent
)

select * from final
