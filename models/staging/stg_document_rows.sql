with

input_rows as (
    select distinct
        nullif(trim(documents.doc_id::varchar), '') as doc_id,
        nullif(trim(documents.item_id::varchar), '') as item_id,
        nullif(trim(documents.title::varchar), '') as title,
        nullif(trim(documents.url::varchar), '') as url,
        nullif(trim(documents.text::varchar), '') as document_text,
        try_cast(trim(documents.published_at::varchar) as timestamptz)::timestamp
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
            when n_rows > 1 then 'doc_id stands twice; remove one row'
            when document_text is null then 'text is empty'
        end as rejected_reason
    from counted
)

select * from final
