-- Compute trigrams once per tag, not once per candidate: items share tags.
with

candidates as (
    select distinct tag
    from {{ ref("int_candidates_by_path") }}
),

names as (
    select * from {{ ref("int_base_tag_names") }}
),

base_tags_by_name as (
    select
        name,
        list(base_tag order by base_tag) as base_tags
    from names
    group by name
),

split as (
    select
        tag,
        {{ trigrams("tag") }} as trigrams
    from candidates
),

final as (
    select
        cast(row_number() over (order by split.tag) as integer) as tag_number,
        split.tag,
        split.trigrams,
        cast(length(split.trigrams) as integer) as n_trigrams,
        {{ signature_word("split.trigrams", 0) }} as signature_0,
        {{ signature_word("split.trigrams", 1) }} as signature_1,
        {{ signature_word("split.trigrams", 2) }} as signature_2,
        {{ signature_word("split.trigrams", 3) }} as signature_3,
        base_tags_by_name.base_tags
    from split
    left join base_tags_by_name
        on split.tag = base_tags_by_name.name
)

select * from final
