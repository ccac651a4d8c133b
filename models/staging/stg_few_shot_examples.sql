-- Examples of a path as one block, in the order of their ids, with its hash.
with

input_rows as (
    select distinct
        coalesce(few_shot_examples.example_id::varchar, '') as example_id,
        lower(trim(few_shot_examples.modality::varchar)) as modality,
        lower(trim(few_shot_examples.category::varchar)) as category,
        trim(few_shot_examples.input::varchar) as example_input,
        try_cast(trim(few_shot_examples.output::varchar) as json) as example_output
    from {{ mapped_input("few_shot_examples") }} as few_shot_examples
),

final as (
    select
        modality || ':' || category as path,
        to_json(
            list(
                {'input': example_input, 'output': example_output}
                order by example_id, example_input
            )
        )::varchar as examples,
        sha256(examples) as few_shot_hash,
        count(*)::integer as n_examples
    from input_rows
    where example_input <> '' and example_output is not null
    group by path
)

select * from final
