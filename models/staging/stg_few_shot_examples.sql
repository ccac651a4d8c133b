-- Examples of a path as one block, in the order of their ids, with its hash.
with

example_rows as (
    select * from {{ ref("stg_few_shot_example_rows") }}
    where rejected_reason is null
),

final as (
    select
        path,
        cast(to_json(
            list(
                { 'input': example_input, 'output': example_output }
                order by example_id, example_input
            )
        ) as varchar) as examples,
        sha256(examples) as few_shot_hash,
        cast(count(*) as integer) as n_examples
    from example_rows
    group by path
)

select * from final
