-- Semantic filter (paper 2.2): the nearest base tag of a candidate. A base tag, its
-- aliases and misspellings of either have similarity 1.
with

texts as (
    select text as tag
    from {{ ref("int_tag_texts") }}
    where is_candidate
),

names as (
    select * from {{ ref("int_base_tag_names") }}
),

spellings as (
    select * from {{ ref("int_tag_spellings") }}
),

neighbours as (
    select * from {{ ref("int_tag_neighbours") }}
),

-- Exact beats alias beats spelling beats semantic; the base tag breaks ties.
found as (
    select
        texts.tag,
        names.base_tag,
        cast(1 as double) as similarity,
        case when names.is_base_tag then 'exact' else 'alias' end as match_kind,
        case when names.is_base_tag then 1 else 2 end as precedence
    from texts
    inner join names on texts.tag = names.name
    union all
    select
        tag,
        base_tag,
        cast(1 as double) as similarity,
        'spelling' as match_kind,
        3 as precedence
    from spellings
    union all
    select
        tag,
        base_tag,
        similarity,
        if(is_nearest, 'semantic', 'meaning') as match_kind,
        4 as precedence
    from neighbours
),

final as (
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from found
    qualify row_number() over (
            partition by tag
            order by precedence, base_tag
        ) = 1
)

select * from final
