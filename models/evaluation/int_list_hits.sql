-- Hits within each k. A list names a tag once, so an exact hit is one true tag. An
-- alias next to its base tag can hit the same true tag twice; it counts once.
with

exact_matches as (
    select * from {{ ref("int_list_matches") }}
    where is_exact
),

semantic_hits as (
    select * from {{ ref("int_semantic_hits") }}
),

depths as (
    select cast(unnest({{ var("evaluation_ks") }}) as integer) as k
),

final as (
    select
        exact_matches.system,
        exact_matches.truth,
        'exact' as match_kind,
        exact_matches.item_id,
        depths.k,
        cast(count(distinct exact_matches.true_position) as integer) as hits,
        cast(min(exact_matches.rank) as integer) as first_rank
    from exact_matches
    inner join depths
        on exact_matches.rank <= depths.k
    group by
        exact_matches.system, exact_matches.truth, exact_matches.item_id, depths.k
    union all
    select
        system,
        truth,
        'semantic' as match_kind,
        item_id,
        k,
        hits,
        first_rank
    from semantic_hits
)

select * from final
