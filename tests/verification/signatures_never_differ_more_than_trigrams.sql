-- The prefilter loses no pair: at most as many bits differ as trigrams.
with

signatures as (
    select
        tag,
        trigrams,
        n_trigrams,
        signature_0,
        signature_1,
        signature_2,
        signature_3
    from {{ ref("int_tag_signatures") }}
    where tag_number <= 300
)

select
    one.tag,
    other.tag as other_tag
from signatures as one
cross join signatures as other
where
    {{ differing_bits("one", "other") }}
    > one.n_trigrams
    + other.n_trigrams
    - 2 * length(list_intersect(one.trigrams, other.trigrams))
