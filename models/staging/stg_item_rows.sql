-- Equal rows are one row; a row that cannot be used carries its reason.
with

input_rows as (
    select distinct
        nullif(trim(cast(items.item_id as varchar)), '') as item_id,
        nullif(trim(cast(items.title as varchar)), '') as title,
        nullif(trim(cast(items.original_title as varchar)), '') as original_title,
        nullif(trim(cast(items.summary as varchar)), '') as summary,
        nullif(trim(cast(items.synopsis as varchar)), '') as synopsis,
        {{ text_list("items.genres") }} as genres,
        {{ text_list("items.countries") }} as countries,
        nullif(trim(cast(items.release_date as varchar)), '') as release_date_text,
        {{ text_list("items.people") }} as people,
        nullif(trim(cast(items.poster_uri as varchar)), '') as poster_uri,
        cast(
            try_cast(
                trim(cast(items.created_at as varchar)) as timestamptz
            ) as timestamp
        )
            as created_at,
        nullif(trim(cast(items.updated_at as varchar)), '') as updated_at_text,
        try_cast(trim(cast(items.extra as varchar)) as json) as extra,
        list_filter(
            [
                {% for column in ["genres", "countries", "people"] -%}
                    case
                        when
                            len({{ text_list("items." ~ column) }}) = 0
                            and trim(cast(items.{{ column }} as varchar)) not in (
                                '', '[]'
                            )
                            then '{{ column }}'
                    end{{ "," if not loop.last }}
                {% endfor -%}
            ],
            lambda x: x is not null  -- noqa: RF03
        ) as unread_lists
    from {{ mapped_input("items") }} as items
),

-- A time without an offset is UTC, the time zone of every connection (profiles.yml).
dated as (
    select
        item_id,
        title,
        original_title,
        summary,
        synopsis,
        genres,
        countries,
        coalesce(
            try_cast(release_date_text as date),
            try_cast(regexp_extract(release_date_text, '^\d{4}$') || '-01-01' as date)
        ) as release_date,
        release_date_text,
        people,
        poster_uri,
        created_at,
        cast(try_cast(updated_at_text as timestamptz) as timestamp) as updated_at,
        updated_at_text,
        extra,
        unread_lists
    from input_rows
),

compared as (
    select
        item_id,
        title,
        original_title,
        summary,
        synopsis,
        genres,
        countries,
        release_date,
        release_date_text,
        people,
        poster_uri,
        created_at,
        updated_at,
        updated_at_text,
        extra,
        unread_lists,
        count(*) over same_id as n_rows,
        count(updated_at) over same_id as n_dated_rows,
        rank() over (partition by item_id order by updated_at desc) as age_rank,
        count(*) over (partition by item_id, updated_at) as n_same_age
    from dated
    window same_id as (partition by item_id)
),

final as (
    select
        item_id,
        title,
        original_title,
        summary,
        synopsis,
        genres,
        countries,
        release_date,
        release_date_text,
        people,
        poster_uri,
        created_at,
        updated_at,
        updated_at_text,
        extra,
        unread_lists,
        case
            when item_id is null then 'item_id'
            when title is null then 'title'
            when coalesce(summary, synopsis, genres[1], poster_uri) is null
                then 'summary'
            when
                n_rows > 1
                and (n_dated_rows < n_rows or age_rank > 1 or n_same_age > 1)
                then 'item_id'
        end as rejected_column,
        case
            when item_id is null then 'item_id is empty; give every item an id'
            when title is null then 'title is empty; give every item a title'
            when coalesce(summary, synopsis, genres[1], poster_uri) is null
                then 'no summary, synopsis, genre or poster; there is nothing to tag'
            when n_rows > 1 and n_dated_rows < n_rows
                then 'item_id occurs twice, partly undated; remove one row or date all'
            when n_rows > 1 and age_rank > 1
                then 'item_id occurs twice; only the newest updated_at counts'
            when n_rows > 1 and n_same_age > 1
                then 'item_id occurs twice with the same updated_at; remove one row'
        end as rejected_reason
    from compared
)

select * from final
