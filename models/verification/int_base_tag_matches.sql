-- Semantic filter (paper 2.2): the base tag that a candidate is nearest to. A string
-- that is a base tag, an alias of one or a misspelling of either has similarity 1.
with

texts as (
    select text as tag
    from {{ ref("int_tag_texts") }}
    where is_candidate
),

names as (
    select
        name,
        base_tag,
        is_base_tag
    from {{ ref("int_base_tag_names") }}
),

spellings as (
    select
        tag,
        base_tag
    from {{ ref("int_tag_spellings") }}
),

neighbours as (
    select
        tag,
        base_tag,
        similarity
    from {{ ref("int_tag_neighbours") }}
),

final as (
    {{ base_tag_found("texts", "names", "spellings", "neighbours") }}
)

select * from final
