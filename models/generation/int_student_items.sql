-- An item as the student reads it: its whole text, and facts as single terms.
{{ config(materialized="view") }}
with

items as (
    select * from {{ ref("stg_items") }}
),

described as (
    select
        item_id,
        {{ evaluation_fold("item_id") }} as fold,
        concat_ws(' ', title, original_title, summary, synopsis) as text,
        list_concat(
            genres,
            countries,
            people,
            [cast(year(release_date) // 10 as varchar)]
        ) as facts
    from items
),

final as (
    select
        item_id,
        fold,
        text,
        facts,
        sha256(
            concat_ws(chr(31), fold, text, array_to_string(facts, chr(30)))
        ) as content_hash
    from described
)

select * from final
