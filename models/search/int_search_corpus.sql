-- Texts for the local search: the documents, and every item's summary and synopsis.
with

documents as (
    select * from {{ ref("stg_documents") }}
),

items as (
    select * from {{ ref("stg_items") }}
),

texts as (
    select
        'document:' || doc_id as text_id,
        title as source,
        item_id,
        document_text as corpus_text
    from documents
    union all
    select
        'item:' || item_id as text_id,
        title as source,
        item_id,
        concat_ws(' ', summary, synopsis) as corpus_text
    from items
),

final as (
    select
        text_id,
        coalesce(source, 'document') as source,
        item_id,
        corpus_text
    from texts
    where corpus_text <> ''
)

select * from final
