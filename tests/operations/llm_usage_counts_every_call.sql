with

usage as (
    select coalesce(sum(n_calls), 0) as n_calls
    from {{ ref("llm_usage") }}
),

calls as (
    select count(*) as n_calls
    from {{ source("ledger", "llm_calls") }}
)

select
    usage.n_calls,
    calls.n_calls as n_ledger_calls
from usage
cross join calls
where usage.n_calls <> calls.n_calls
