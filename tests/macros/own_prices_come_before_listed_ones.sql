{%- set listed %}(
    select
        unnest(['a', 'b']) as model,
        cast(7 as double) as prompt_usd,
        cast(8 as double) as cached_usd,
        cast(9 as double) as completion_usd
){% endset %}
with

priced as (
    select
        {{ with_listed_prices("given.own", listed) }} as prices,
        {{ with_listed_prices("'{}'", "(select * from " ~ listed ~ " where false)") }}
            as no_prices
    from (values ('{"a":[1,2,3]}')) as given (own)
)

select
    prices,
    no_prices
from priced
where
    prices ->> '$.a' <> '[1,2,3]'
    or prices ->> '$.b' <> '[7.0,8.0,9.0]'
    or no_prices <> '{}'
