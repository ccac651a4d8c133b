{% set modalities = declared_forms() | map(attribute="modality") | unique | list %}
with

input_rows as (
    select distinct
        lower(tag_categories.modality) as modality,
        lower(tag_categories.category) as category,
        lower(tag_categories.level) as level,
        tag_categories.instruction,
        try_cast(tag_categories.max_tags as double) as max_tags,
        tag_categories.path_weight as path_weight_text,
        try_cast(path_weight_text as double) as path_weight,
        lower(tag_categories.search_words) as search_words
    from {{ mapped_input("tag_categories") }} as tag_categories
),

counted as (
    select
        modality,
        category,
        level,
        instruction,
        max_tags,
        path_weight_text,
        path_weight,
        search_words,
        count(*) over (partition by modality, category) as n_rows
    from input_rows
),

final as (
    select
        modality || ':' || category as path,
        modality,
        category,
        level,
        instruction,
        try_cast(max_tags as integer) as max_tags,
        path_weight,
        search_words,
        case
            when
                modality is null or category is null
                or not regexp_full_match(category, '[a-z][a-z0-9_]*')
                then 'category must be a lower-case word'
            when not list_contains({{ text_values(modalities) }}, modality)
                then
                    'modality ' || modality
                    || ' has no generator; use {{ modalities | join(" or ") }}'
            when n_rows > 1 then 'the path occurs twice; remove one row'
            when level is null or level not in ('broad', 'sub')
                then 'level must be broad or sub'
            when instruction is null then 'instruction is empty'
            when max_tags is null or max_tags not between 1 and 50 or max_tags % 1 <> 0
                then 'max_tags must be a whole number from 1 to 50'
            when
                path_weight_text is not null
                and (path_weight is null or path_weight <= 0 or path_weight > 1)
                then 'path_weight must be in (0, 1] or empty'
        end as rejected_reason
    from counted
)

select * from final
