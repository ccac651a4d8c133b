-- As int_base_tag_matches, for the candidates that it leaves out.
with

texts as (
    select text as tag
    from {{ ref("int_ablation_tag_texts") }}
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
    from {{ ref("int_ablation_tag_spellings") }}
),

neighbours as (
    select
        tag,
        base_tag,
        similarity
    from {{ ref("int_ablation_tag_neighbours") }}
),

matches as (
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from {{ ref("int_base_tag_matches") }}
),

found as (
    select
        texts.tag,
        names.base_tag,
        cast(1 as double) as similarity,
        case when names.is_base_tag then 'exact' else 'alias' end as match_kind,
        case when names.is_base_tag then 1 else 2 end as precedence
    from texts
    inner join names
        on texts.tag = names.name
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
        'semantic' as match_kind,
        4 as precedence
    from neighbours
),

first_found as (
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from found
    qualify
        row_number() over (
            partition by tag
            order by precedence, base_tag
        ) = 1
),

final as (
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from matches
    union all
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from first_found
)

select * from final
