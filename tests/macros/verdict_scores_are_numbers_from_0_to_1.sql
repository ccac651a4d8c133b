-- macro verdict_score: a number from 0 to 1, else null.
with

examples (answer, expected) as (
    values
    ('{"score": 0}', 0.0),
    ('{"score": 0.7, "form": "logprobs"}', 0.7),
    ('{"score": 1}', 1.0),
    ('{"score": 1.000001}', null),
    ('{"score": -0.1}', null),
    ('{"score": "high"}', null),
    ('{"reason": "none"}', null),
    (null, null)
),

computed as (
    select
        answer,
        expected,
        {{ verdict_score("answer") }} as actual
    from examples
)

select
    answer,
    expected,
    actual
from computed
where actual is distinct from expected
