with

input_rows as (
    select distinct
        nullif(trim(cast(documents.doc_id as varchar)), '') as doc_id,
        nullif(trim(cast(documents.item_id as varchar)), '') as item_id,
        nullif(trim(cast(documents.title as varchar)), '') as title,
        nullif(trim(cast(documents.url as varchar)), '') as url,
        nullif(trim(cast(documents.text as varchar)), '') as document_text,
        cast(
            try_cast(
                trim(cast(documents.published_at as varchar)) as timestamptz
            ) as timestamp
        )
            as published_at
    from {{ mapped_input("documents") }} as documents
),

counted as (
    select
        doc_id,
        item_id,
        title,
        url,
        document_text,
        published_at,
        count(*) over (partition by doc_id) as n_rows
    from input_rows
),

final as (
    select
        doc_id,
        item_id,
        title,
        url,
        document_text,
        published_at,
        case
            when doc_id is null then 'doc_id is empty; give every document an id'
            when n_rows > 1 then 'doc_id occurs twice; remove one row'
            when document_text is null then 'text is empty'
        end as rejected_reason
    from counted
)

select * from final
