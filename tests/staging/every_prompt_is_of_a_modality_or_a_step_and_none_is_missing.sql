with

prompts as (
    select * from {{ ref("stg_prompts") }}
),

needed as (
    select unnest(['evaluate', 'reason', 'repair']) as prompt_name
    {%- for modality in declared_forms() | map(attribute="modality") | unique %}
        union all
        select 'generate_{{ modality }}' as prompt_name
    {%- endfor %}
)

select
    needed.prompt_name as needed_prompt,
    prompts.prompt_name as prompt
from needed
full outer join prompts on needed.prompt_name = prompts.prompt_name
where
    (needed.prompt_name is null or prompts.prompt_name is null)
    -- Nothing is read in a run with --empty.
    and (select count(*) from {{ ref("stg_prompts") }}) > 0
