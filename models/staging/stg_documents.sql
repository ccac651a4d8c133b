with

document_rows as (
    select * from {{ ref("stg_document_rows") }}
    where rejected_reason is null
),

final as (
    select
        doc_id,
        item_id,
        title,
        url,
        document_text,
        published_at
    from document_rows
)

select * from final
