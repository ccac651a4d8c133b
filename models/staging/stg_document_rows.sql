with

input_rows as (
    select distinct
        doc_id,
        item_id,
        title,
        url,
        text as document_text,
        published_at,
        notes
    from {{ mapped_input("documents") }}
),

counted as (
    select
        doc_id,
        item_id,
        title,
        url,
        document_text,
        published_at,
        notes,
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
        notes,
        case
            when doc_id is null then 'doc_id is empty; give every document an id'
            when n_rows > 1 then 'doc_id occurs twice; remove one row'
            when document_text is null then 'text is empty'
        end as rejected_reason
    from counted
)

select * from final
