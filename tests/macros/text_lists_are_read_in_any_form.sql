-- macro text_list: trimmed, non-empty texts; a non-list gives an empty list.
with

json_texts (example_text, expected) as (
    values
    ('["drama", "war"]', ['drama', 'war']),
    ('[" drama ", "", " ", null, "war"]', ['drama', 'war']),
    ('["가족", "바다"]', ['가족', '바다']),
    ('[7, 8.5, true]', ['7', '8.5', 'true']),
    (' ["a"] ', ['a']),
    ('[]', []),
    ('', []),
    ('drama, war', []),
    ('"drama"', []),
    ('{"genre": "drama"}', []),
    ('["drama"', []),
    (null, [])
),

lists (example_list, expected) as (
    values
    ([' drama', '', null, 'war'], ['drama', 'war']),
    ([], []),
    (null, [])
),

number_lists (example_list, expected) as (
    values ([1, 2], ['1', '2'])
),

computed as (
    select
        example_text as given,
        expected,
        {{ text_list("example_text") }} as actual
    from json_texts
    union all
    select
        cast(example_list as varchar) as given,
        expected,
        {{ text_list("example_list") }} as actual
    from lists
    union all
    select
        cast(example_list as varchar) as given,
        expected,
        {{ text_list("example_list") }} as actual
    from number_lists
)

select
    given,
    expected,
    actual
from computed
where actual is distinct from cast(expected as varchar[])
