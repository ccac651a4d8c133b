-- What features lack, and why. Quarantined questions stay quarantined until retried.
with

generation_questions as (
    select * from {{ ref("int_generation_questions") }}
),

generation_answers as (
    select * from {{ ref("int_generation_answers") }}
    where status <> 'answered'
),

evaluator_answers as (
    select * from {{ ref("int_evaluator_answers") }}
    where status <> 'answered' and purpose <> 'control'
),

-- Reasons that are switched off are not missing.
reasons as (
    select * from {{ ref("int_tag_reasons") }}
    where
        status <> 'answered'
        and {{ var("evaluator_reasons") }}
),

calls as (
    select * from {{ source("ledger", "llm_calls") }}
),

failures as (
    select
        generation_answers.question_key,
        generation_questions.role,
        generation_answers.item_id,
        generation_answers.path,
        cast(null as varchar) as tag,
        generation_answers.status,
        generation_answers.is_in_batch,
        generation_answers.error_class
    from generation_answers
    inner join generation_questions
        on generation_answers.question_key = generation_questions.question_key
    union all
    select
        question_key,
        evaluator as role,
        item_id,
        cast(null as varchar) as path,
        tag,
        status,
        is_in_batch,
        error_class
    from evaluator_answers
    union all
    select
        question_key,
        'reason' as role,
        item_id,
        cast(null as varchar) as path,
        tag,
        status,
        is_in_batch,
        error_class
    from reasons
),

-- A call costs each of its questions the same.
attempts as (
    select
        unnest(question_keys) as question_key,
        error_message,
        raw_reply,
        {{ spent_usd() }} / len(question_keys) as cost_usd,
        started_at
    from calls
),

tried as (
    select
        failures.question_key,
        count(*) as n_attempts,
        arg_max(attempts.error_message, attempts.started_at) as last_error_message,
        arg_max(attempts.raw_reply, attempts.started_at) as last_raw_reply,
        sum(attempts.cost_usd) as cost_usd,
        max(attempts.started_at) as last_attempt_at
    from failures
    inner join attempts
        on failures.question_key = attempts.question_key
    group by failures.question_key
),

final as (
    select
        failures.question_key,
        failures.role,
        failures.item_id,
        failures.path,
        failures.tag,
        failures.status,
        failures.is_in_batch,
        failures.error_class,
        cast(coalesce(tried.n_attempts, 0) as bigint) as n_attempts,
        tried.last_error_message,
        tried.last_raw_reply,
        tried.cost_usd,
        tried.last_attempt_at
    from failures
    left join tried
        on failures.question_key = tried.question_key
)

select * from final
