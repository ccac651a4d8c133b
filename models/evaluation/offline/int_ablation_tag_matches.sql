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

first_found as (
    {{ base_tag_found("texts", "names", "spellings", "neighbours") }}
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
