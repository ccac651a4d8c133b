-- One question for each item, path and sample (paper, section 2.1). The key covers all
-- inputs that shape the answer. It omits thresholds, weights and base tags, so changing
-- them asks nothing again.
{%- set is_cascade = var("cascade_precision") < 1 %}
with

items as (
    select * from {{ ref("stg_item_texts") }}
),

{% if is_cascade -%}
student_answers as (
    select * from {{ ref("int_student_answers") }}
    where position <= 10
),

-- Items whose tags the student knows well enough.
sure_items as (
    select item_id
    from student_answers
    group by item_id
    having round(sum(score) / 10, 9) >= {{ var("cascade_precision") }}
),

{% endif -%}
items_to_tag as (
    select * from {{ ref("stg_items_to_tag") }}
    {%- if is_cascade %}
    anti join sure_items using (item_id)
    {%- endif %}
),

paths as (
    select * from {{ ref("stg_tag_categories") }}
    {%- if var("modalities") %}
    where list_contains({{ text_values(var("modalities")) }}, modality)
    {%- endif %}
),

examples as (
    select * from {{ ref("stg_few_shot_examples") }}
),

inputs as (
    select * from {{ ref("int_item_inputs") }}
),

-- A search that found nothing changes no question.
evidence as (
    select * from {{ ref("int_item_evidence") }}
    where status = 'ok'
),

endpoints as (
    select * from {{ ref("stg_model_endpoints") }}
),

prompts as (
    select * from {{ ref("stg_prompts") }}
),

samples as (
    select
        cast(unnest(range({{ var("generation_samples") }})) as integer) as sample_index
),

shaped as (
    select
        items.item_id,
        paths.path,
        paths.modality as role,
        paths.category,
        paths.level,
        samples.sample_index,
        endpoints.model,
        prompts.prompt_hash,
        items.content_hash,
        inputs.input_form,
        inputs.input_hash,
        evidence.search_key,
        sha256(evidence.passages) as evidence_hash,
        coalesce(
            paths.path_weight,
            case paths.level
                when 'broad' then inputs.broad_weight
                else inputs.sub_weight
            end
        ) as weight,
        sha256(paths.instruction || chr(31) || paths.max_tags) as instruction_hash,
        coalesce(examples.few_shot_hash, '') as few_shot_hash
    from items
    inner join items_to_tag on items.item_id = items_to_tag.item_id
    cross join paths
    cross join samples
    inner join endpoints on paths.modality = endpoints.role
    inner join prompts on 'generate_' || paths.modality = prompts.prompt_name
    inner join inputs
        on
            items.item_id = inputs.item_id
            and paths.modality = inputs.modality
            and coalesce(endpoints.sends_images = inputs.sends_images, true)
    left join examples on paths.path = examples.path
    left join evidence
        on
            items.item_id = evidence.item_id
            and paths.search_words = evidence.search_words
),

final as (
    select
        sha256(
            concat_ws(
                chr(31), 'generation', role, path, model, prompt_hash, instruction_hash,
                few_shot_hash, content_hash, coalesce(input_hash, ''), input_form,
                '{{ var("tag_language") | replace("'", "''") }}', sample_index,
                evidence_hash
            )
        ) as question_key,
        item_id,
        path,
        role,
        category,
        level,
        sample_index,
        model,
        prompt_hash,
        content_hash,
        input_form,
        input_hash,
        search_key,
        weight
    from shaped
)

select * from final
