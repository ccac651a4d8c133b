with

items as (
    select
        item_id,
        title,
        original_title,
        genres,
        countries,
        release_date,
        people
    from {{ ref("stg_items") }}
),

tags as (
    select
        item_id,
        rank,
        tag,
        category,
        score,
        status
    from {{ ref("item_tags") }}
),

vectors as (
    select
        item_id,
        tag_vector
    from {{ ref("item_tag_vectors") }}
),

generation_answers as (
    select
        item_id,
        answered_at
    from {{ ref("int_generation_answers") }}
    where status = 'answered'
),

evaluator_answers as (
    select
        item_id,
        answered_at
    from {{ ref("int_evaluator_answers") }}
    where status = 'answered'
),

-- The specificity of every tag moves a little with every item that comes; three places
-- keep that from making every row of the catalogue a new version.
tagged as (
    select
        item_id,
        list(tag order by rank) as tags,
        list(
            struct_pack(
                tag := tag,
                category := category,
                score := round(score, 3),
                status := status
            )
            order by rank
        ) as tag_list,
        count(*) as n_tags,
        count_if(status = 'mapped') as n_mapped_tags,
        count_if(status = 'novel') as n_novel_tags
    from tags
    group by item_id
),

answers as (
    select
        item_id,
        answered_at
    from generation_answers
    union all
    select
        item_id,
        answered_at
    from evaluator_answers
),

dated as (
    select
        item_id,
        max(answered_at) as generated_at
    from answers
    group by item_id
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
        coalesce(tagged.tags, []) as tags,
        coalesce(to_json(tagged.tag_list), cast('[]' as json)) as tags_json,
        coalesce(tagged.n_tags, 0) as n_tags,
        coalesce(tagged.n_mapped_tags, 0) as n_mapped_tags,
        coalesce(tagged.n_novel_tags, 0) as n_novel_tags,
        vectors.tag_vector,
        dated.generated_at
    from items
    left join tagged
        on items.item_id = tagged.item_id
    left join vectors
        on items.item_id = vectors.item_id
    left join dated
        on items.item_id = dated.item_id
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
        )) as varchar)) as content_hash,
        generated_at,
        '{{ dbt.escape_single_quotes(var("pipeline_version")) }}' as pipeline_version
    from featured
)

select * from final
