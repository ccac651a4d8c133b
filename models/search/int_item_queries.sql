-- Searches before generation: what a path wants to know about each item, frozen under
-- search_key.
with

items as (
    select * from {{ ref("stg_items") }}
),

topics as (
    select distinct search_words
    from {{ ref("stg_tag_categories") }}
    where search_words is not null
    {%- if var("modalities") %}
    and list_contains({{ text_values(var("modalities")) }}, modality)
    {%- endif %}
),

final as (
    select
        {{ search_key("items.item_id", "items.title", "topics.search_words") }}
            as search_key,
        items.item_id,
        items.title,
        topics.search_words
    from items
    cross join topics
)

select * from final
