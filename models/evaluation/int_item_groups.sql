-- Groups of items by their metadata, in which figures may differ.
with

items as (
    select
        item_id,
        summary,
        synopsis,
        release_date,
        coalesce(
            json_extract_string(extra, '$.original_language'),
            json_extract_string(extra, '$.language')
        ) as language_code
    from {{ ref("stg_items") }}
),

posters as (
    select item_id
    from {{ ref("stg_poster_files") }}
    where rejected_reason is null
),

users as (
    select
        item_id,
        count(distinct user_id) as n_users
    from {{ ref("stg_interactions") }}
    group by item_id
),

-- Only over consumed items; else the median would be 0 in most catalogues.
medians as (
    select median(n_users) as median_users
    from users
),

described as (
    select
        items.item_id,
        items.summary,
        items.synopsis,
        items.release_date,
        items.language_code,
        posters.item_id is not null as has_poster,
        medians.median_users,
        coalesce(users.n_users, 0) as n_users
    from items
    cross join medians
    left join posters on items.item_id = posters.item_id
    left join users on items.item_id = users.item_id
),

grouped as (
    select
        item_id,
        unnest([
            'all',
            case when has_poster then 'with_poster' else 'without_poster' end,
            case
                when length(synopsis) >= 1000 then 'long_synopsis'
                when synopsis is null and summary is not null then 'overview_only'
            end,
            'decade:' || (year(release_date) // 10 * 10) || 's',
            'language:' || lower(language_code),
            case
                when n_users > median_users then 'popular'
                when n_users < median_users then 'unpopular'
            end,
            case
                when
                    median_users is not null
                    and n_users < {{ var("cold_start_interactions") }}
                    then 'cold_start'
            end
        ]) as slice
    from described
),

final as (
    select
        slice,
        item_id
    from grouped
    where slice is not null
)

select * from final
