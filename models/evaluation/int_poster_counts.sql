-- Tags of items with a poster by source, and how many of them are true. A tag is true
-- if any true tag matches it; one true tag may match several.
with

tags as (
    select
        item_id,
        tag,
        category,
        list_transform(
            provenance['paths'],
            lambda x: x['path'] like 'image:%'  -- noqa: RF03
        ) as are_image
    from {{ ref("item_tags") }}
),

measured as (
    select item_id
    from {{ ref("int_measured_lists") }}
    where
        system = 'tagsmith'
        and truth = 'all'
),

posters as (
    select item_id
    from {{ ref("stg_poster_files") }}
    where rejected_reason is null
),

tag_matches as (
    select
        item_id,
        tag,
        bool_or(is_exact) as is_exact
    from {{ ref("int_tag_matches") }}
    where truth = 'all'
    group by item_id, tag
),

judged as (
    select
        tags.item_id,
        unnest(list_distinct([tags.category, 'all'])) as category,
        case
            when list_bool_and(tags.are_image) then 'image_only'
            when list_bool_or(tags.are_image) then 'both'
            else 'text_only'
        end as source,
        coalesce(tag_matches.is_exact, false) as is_exact_match,
        tag_matches.item_id is not null as is_semantic_match
    from tags
    inner join measured on tags.item_id = measured.item_id
    inner join posters on tags.item_id = posters.item_id
    left join tag_matches
        on
            tags.item_id = tag_matches.item_id
            and tags.tag = tag_matches.tag
),

counted as (
    select
        category,
        source,
        item_id,
        count_if(is_exact_match) as n_exact,
        count_if(is_semantic_match) as n_semantic,
        count(*) as tags
    from judged
    group by category, source, item_id
),

by_match_kind as (
    select
        category,
        source,
        unnest(['exact', 'semantic']) as match_kind,
        item_id,
        unnest([n_exact, n_semantic]) as hits,
        tags
    from counted
),

final as (
    select
        category,
        source,
        match_kind,
        category || ' ' || source || ' ' || match_kind as figure,
        item_id,
        hits,
        tags
    from by_match_kind
)

select * from final
