-- Pairs of near-duplicates (paper 2.2, N-gram similarity). Signatures rule out nearly
-- all pairs of an item but never a similar one; the rest is compared.
with

candidates as (
    select * from {{ ref("int_candidates_ensembled") }}
),

signatures as (
    select * from {{ ref("int_tag_signatures") }}
),

signed as (
    select
        candidates.item_id,
        candidates.candidate_rank,
        signatures.tag_number,
        signatures.n_trigrams,
        signatures.signature_0,
        signatures.signature_1,
        signatures.signature_2,
        signatures.signature_3
    from candidates
    inner join signatures
        on candidates.tag = signatures.tag
),

-- Materialised, so that DuckDB moves no later step into this join of 100 million pairs.
possible_pairs as materialized (
    select
        better.item_id,
        better.candidate_rank as better_rank,
        worse.candidate_rank as worse_rank,
        better.tag_number as better_number,
        worse.tag_number as worse_number
    from signed as better
    inner join signed as worse
        on
            better.item_id = worse.item_id
            and better.candidate_rank < worse.candidate_rank
    where
        {{ may_reach_dice(
            differing_bits("better", "worse"), "(better.n_trigrams + worse.n_trigrams)"
        ) }}
),

compared as (
    select
        possible_pairs.item_id,
        possible_pairs.better_rank,
        possible_pairs.worse_rank,
        better.tag as better_tag,
        worse.tag as worse_tag,
        length(list_intersect(better.trigrams, worse.trigrams)) as n_common,
        better.n_trigrams + worse.n_trigrams as n_total,
        better.base_tags is not null
        and worse.base_tags is not null
        and not list_has_any(better.base_tags, worse.base_tags)
            as are_different_base_tags
    from possible_pairs
    inner join signatures as better
        on possible_pairs.better_number = better.tag_number
    inner join signatures as worse
        on possible_pairs.worse_number = worse.tag_number
),

-- Different base tags are not duplicates: "world war i", "world war ii" have Dice 0.88.
final as (
    select
        item_id,
        better_rank,
        worse_rank,
        better_tag,
        worse_tag,
        2 * n_common / n_total as similarity
    from compared
    where
        {{ reaches_dice("n_common", "n_total") }}
        and not are_different_base_tags
)

select * from final
