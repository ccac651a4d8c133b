-- Texts for the local search: the documents, and what an item's text leaves out of its
-- summary and synopsis. The rest a model reads anyway.
with

documents as (
    select * from {{ ref("stg_documents") }}
),

items as (
    select * from {{ ref("stg_items") }}
),

item_texts as (
    select * from {{ ref("stg_item_texts") }}
    where unsent_text is not null
),

final as (
    select
        'document:' || doc_id as text_id,
        coalesce(title, 'document') as source,
        item_id,
        document_text as corpus_text
    from documents
    union all
    select
        'item:' || items.item_id as text_id,
        items.title as source,
        items.item_id,
        item_texts.unsent_text as corpus_text
    from items
    inner join item_texts on items.item_id = item_texts.item_id
)

select * from final
