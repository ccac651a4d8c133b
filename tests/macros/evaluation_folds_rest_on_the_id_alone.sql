-- macro evaluation_fold: a changed fold would change every cross-fitted figure.
with

examples (item_id, expected) as (
    values
    ('x', 1),
    ('862', 4),
    ('바다', 1),
    ('', 0),
    ('tt0111161', 2)
),

computed as (
    select
        item_id,
        expected,
        {{ evaluation_fold("item_id") }} as actual
    from examples
)

select
    item_id,
    expected,
    actual
from computed
where actual is distinct from expected
