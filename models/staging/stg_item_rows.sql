-- Equal rows are one row; a row that cannot be used carries its reason.
with

input_rows as (
    select distinct
        item_id,
        title,
        original_title,
        summary,
        synopsis,
        genres,
        countries,
        release_date,
        people,
        poster_uri,
        created_at,
        updated_at,
        updated_at_text,
        extra,
        notes
    from {{ mapped_input("items") }}
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
        people,
        poster_uri,
        created_at,
        updated_at,
        updated_at_text,
        extra,
        notes,
        count(*) over same_id as n_rows,
        count(updated_at) over same_id as n_dated_rows,
        rank() over (partition by item_id order by updated_at desc) as age_rank,
        count(*) over (partition by item_id, updated_at) as n_same_age
    from input_rows
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
        people,
        poster_uri,
        created_at,
        updated_at,
        updated_at_text,
        extra,
        notes,
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
