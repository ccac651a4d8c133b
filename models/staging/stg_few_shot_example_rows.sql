with

input_rows as (
    select distinct
        coalesce(few_shot_examples.example_id, '') as example_id,
        lower(few_shot_examples.modality) as modality,
        lower(few_shot_examples.category) as category,
        few_shot_examples.input as example_input,
        few_shot_examples.output as output_text,
        try_cast(output_text as json) as example_output
    from {{ mapped_input("few_shot_examples") }} as few_shot_examples
),

final as (
    select
        example_id,
        modality || ':' || category as path,
        example_input,
        output_text,
        example_output,
        case
            when modality is null or category is null
                then 'modality or category is empty; name the path of the example'
            when example_input is null then 'input is empty'
            when coalesce(json_type(example_output), '') <> 'ARRAY'
                then 'output is not a JSON array; write [{"name": "sea", "score": 0.9}]'
        end as rejected_reason
    from input_rows
)

select * from final
