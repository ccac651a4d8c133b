with

items as (
    select * from {{ ref("stg_items") }}
),

tag_lists as (
    select * from {{ ref("int_item_tag_lists") }}
),

vectors as (
    select * from {{ ref("int_item_tag_vectors") }}
),

answers as (
    select * from {{ ref("int_item_answers") }}
),

featured as (
    select
        items.item_id,
        items.title,
        items.original_title,
        items.genres,
        items.countries,
        items.release_date,
        items.people,
        coalesce(tag_lists.tags, []) as tags,
        coalesce(tag_lists.tags_json, cast('[]' as json)) as tags_json,
        coalesce(tag_lists.n_tags, 0) as n_tags,
        coalesce(tag_lists.n_mapped_tags, 0) as n_mapped_tags,
        coalesce(tag_lists.n_novel_tags, 0) as n_novel_tags,
        vectors.tag_vector,
        answers.generated_at,
        coalesce(answers.n_unanswered, 0) = 0 as is_complete
    from items
    left join tag_lists
        on items.item_id = tag_lists.item_id
    left join vectors
        on items.item_id = vectors.item_id
    left join answers
        on items.item_id = answers.item_id
),

final as (
    select
        item_id,
        title,
        original_title,
        genres,
        countries,
        release_date,
        people,
        cast(tags as varchar[]) as tags,
        tags_json,
        cast(n_tags as integer) as n_tags,
        cast(n_mapped_tags as integer) as n_mapped_tags,
        cast(n_novel_tags as integer) as n_novel_tags,
        is_complete,
        cast(tag_vector as float[]) as tag_vector,
        sha256(cast(to_json(struct_pack(
            title := title,
            original_title := original_title,
            genres := genres,
            countries := countries,
            release_date := release_date,
            people := people,
            tags := tags_json,
            sbert_model := {{ dbt.string_literal(setting_value("sbert_model")) }}
        )) as varchar) || if(is_complete, '', 'incomplete')) as content_hash,
        generated_at,
        '{{ dbt.escape_single_quotes(var("pipeline_version")) }}' as pipeline_version
    from featured
)

select * from final
