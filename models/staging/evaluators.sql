-- Evaluators of novel tags; lenient has the higher bar (paper 2.2). 1 - 0.9 is not
-- 0.1 in binary, so the bar is rounded.
with

input_rows as (
    select
        lower(evaluators.evaluator) as evaluator,
        evaluators.bar,
        evaluators.weight,
        evaluators.model,
        coalesce(lower(evaluators.reads), 'text') as reads
    from {{ mapped_input("evaluators") }} as evaluators
),

final as (
    select
        evaluator,
        case bar
            when 'beta' then cast({{ var("beta") }} as double)
            when '1 - beta' then round(1 - cast({{ var("beta") }} as double), 9)
            else try_cast(bar as double)
        end as bar,
        case when bar in ('beta', '1 - beta') then bar else 'number' end as bar_rule,
        case when weight is null then 1 else try_cast(weight as double) end as weight,
        model,
        reads
    from input_rows
)

select * from final
