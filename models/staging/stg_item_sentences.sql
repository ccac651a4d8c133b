-- The sentences of summary and synopsis in order, with the room that they would take.
with

items as (
    select * from {{ ref("stg_items") }}
),

parts as (
    select
        item_id,
        1 as part,
        summary as part_text
    from items
    union all
    select
        item_id,
        2 as part,
        synopsis as part_text
    from items
),

sentence_lists as (
    select
        item_id,
        part,
        regexp_extract_all(
            regexp_replace(part_text, '\s+', ' ', 'g'),
            '[.!?。！？…]*[^.!?。！？…]+(?:[.!?。！？…]+["”’'')\]]* ?|$)'
        ) as sentences
    from parts
),

numbered as (
    select
        item_id,
        part,
        unnest(sentences) as sentence,
        generate_subscripts(sentences, 1) as sentence_number
    from sentence_lists
),

final as (
    select
        item_id,
        part,
        sentence_number,
        sentence,
        cast(sum({{ estimated_tokens("sentence") }}) over (
            partition by item_id
            order by part, sentence_number
        ) as bigint) as n_tokens_so_far
    from numbered
)

select * from final
