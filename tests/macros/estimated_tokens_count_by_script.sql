-- macro estimated_tokens: a quarter token a character, more where it has more bytes.
with

examples (example_text, expected) as (
    values
    ('', 0),
    ('a', 1),
    ('four', 1),
    ('fives', 2),
    ('é', 1),
    ('éé', 2),
    ('바다', 3),
    ('바다 이야기', 6),
    ('😀', 2),
    (null, null)
),

computed as (
    select
        example_text,
        expected,
        {{ estimated_tokens("example_text") }} as actual
    from examples
)

select
    example_text,
    expected,
    actual
from computed
where actual is distinct from expected
