-- An item as the student reads it: its whole text, facts as single terms, and the text
-- that prompts show if its meaning is read too.
{{ config(materialized="view") }}
with

items as (
    select * from {{ ref("stg_items") }}
),

item_texts as (
    select * from {{ ref("stg_item_texts") }}
),

described as (
    select
        items.item_id,
        {{ evaluation_fold("items.item_id") }} as fold,
        concat_ws(
            ' ', items.title, items.original_title, items.summary, items.synopsis
        ) as text,
        list_concat(
            items.genres,
            items.countries,
            items.people,
            [cast(year(items.release_date) // 10 as varchar)]
        ) as facts,
        if(
            {{ var("student_reads_meaning") }},
            item_texts.item_text,
            cast(null as varchar)
        ) as item_text
    from items
    inner join item_texts on items.item_id = item_texts.item_id
),

final as (
    select
        item_id,
        fold,
        text,
        facts,
        item_text,
        sha256(
            concat_ws(chr(31), fold, text, array_to_string(facts, chr(30)), item_text)
        ) as content_hash
    from described
)

select * from final
