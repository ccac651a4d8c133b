-- What readers of `current` are served, with tombstones; empty while this build is
-- unpublished.
with

features as (
    select
        item_id,
        title,
        original_title,
        genres,
        countries,
        release_date,
        people,
        tags,
        tags_json,
        n_tags,
        n_mapped_tags,
        n_novel_tags,
        content_hash,
        generated_at,
        pipeline_version
    from {{ ref("item_features") }}
),

tombstones as (
    select item_id
    from {{ ref("item_tombstones") }}
),

served as (
    select
        version,
        published_at
    from {{ ref("publications") }}
    where is_of_this_build
),

buried as (
    select
        item_id,
        sha256('deleted') as content_hash
    from tombstones
),

joined as (
    select
        coalesce(features.item_id, buried.item_id) as item_id,
        buried.item_id is not null as is_deleted,
        features.title,
        features.original_title,
        features.genres,
        features.countries,
        features.release_date,
        features.people,
        features.tags,
        features.tags_json,
        features.n_tags,
        features.n_mapped_tags,
        features.n_novel_tags,
        coalesce(features.content_hash, buried.content_hash) as content_hash,
        features.generated_at,
        features.pipeline_version
    from features
    full join buried
        on features.item_id = buried.item_id
),

final as (
    select
        joined.item_id,
        joined.is_deleted,
        joined.title,
        joined.original_title,
        joined.genres,
        joined.countries,
        joined.release_date,
        joined.people,
        joined.tags,
        joined.tags_json,
        joined.n_tags,
        joined.n_mapped_tags,
        joined.n_novel_tags,
        joined.content_hash,
        joined.generated_at,
        joined.pipeline_version,
        served.version,
        served.published_at
    from joined
    cross join served
)

select * from final
