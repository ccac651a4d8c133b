-- Twentieths of the range of alpha and beta, and the values in use.
with

steps as (
    select
        'alpha' as parameter,
        round(unnest(range(20)) / 20, 2) as value
    union all
    select
        'beta' as parameter,
        round(unnest(range(10, 20)) / 20, 2) as value
),

in_use as (
    select
        'alpha' as parameter,
        cast({{ var("alpha") }} as double) as value
    union all
    select
        'beta' as parameter,
        cast({{ var("beta") }} as double) as value
),

tried as (
    select
        parameter,
        value
    from steps
    union
    select
        parameter,
        value
    from in_use
),

final as (
    select
        tried.parameter,
        tried.value,
        in_use.value is not null as is_current
    from tried
    left join in_use
        on
            tried.parameter = in_use.parameter
            and tried.value = in_use.value
)

select * from final
