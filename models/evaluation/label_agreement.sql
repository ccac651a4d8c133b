-- Cohen's kappa (1960): agreement beyond what two annotators with these shares of Yes
-- would reach by chance. Null if chance alone always agrees.
with

labels as (
    select
        catalogue,
        item_id,
        normalise_tag(tag) as tag,
        annotator,
        is_relevant
    from {{ ref("relevance_labels") }}
),

pairs as (
    select
        one.annotator as annotator_a,
        other.annotator as annotator_b,
        avg(cast(one.is_relevant = other.is_relevant as integer)) as share_equal,
        avg(one.is_relevant) as yes_share_a,
        avg(other.is_relevant) as yes_share_b,
        count(*) as n_pairs
    from labels as one
    inner join labels as other
        on
            one.catalogue = other.catalogue
            and one.item_id = other.item_id
            and one.tag = other.tag
            and one.annotator < other.annotator
    group by one.annotator, other.annotator
),

expected as (
    select
        annotator_a,
        annotator_b,
        n_pairs,
        yes_share_a,
        yes_share_b,
        share_equal,
        yes_share_a * yes_share_b + (1 - yes_share_a) * (1 - yes_share_b)
            as share_equal_by_chance
    from pairs
),

final as (
    select
        cast(annotator_a as varchar) as annotator_a,
        cast(annotator_b as varchar) as annotator_b,
        cast(n_pairs as integer) as n_pairs,
        cast(yes_share_a as double) as yes_share_a,
        cast(yes_share_b as double) as yes_share_b,
        cast(share_equal as double) as share_equal,
        cast(
            (share_equal - share_equal_by_chance)
            / nullif(1 - share_equal_by_chance, 0) as double
        ) as kappa
    from expected
)

select * from final
