-- macro text_list: trimmed, non-empty texts of a list in any of its forms; null if the
-- text begins like a list and is none.
with

texts (example_text, separator, expected) as (
    values
    ('["drama", "war"]', '|', ['drama', 'war']),
    ('[" drama ", "", " ", null, "war"]', null, ['drama', 'war']),
    ('["가족", "바다"]', null, ['가족', '바다']),
    ('[7, 8.5, true]', null, ['7', '8.5', 'true']),
    ('[]', null, []),
    ('drama| war ||', '|', ['drama', 'war']),
    ('drama, war', '|', ['drama, war']),
    ('drama, war', ',', ['drama', 'war']),
    ('drama, war', null, ['drama, war']),
    ('["drama"', ',', null),
    ('[''drama'', "children''s", None]', null, ['drama', 'children''s']),
    ('[''drama'' ''war'']', null, ['drama', 'war']),
    ('{drama,"science fiction"}', null, ['drama', 'science fiction']),
    ('(a, b) | c', '|', ['(a, b)', 'c']),
    ('[{"id": 1, "name": "drama"}, {"name": "war"}]', null, ['drama', 'war']),
    ('[{''id'': 1, ''name'': ''drama''}]', null, ['drama']),
    ('[{"id": 1}, {"name": "war"}]', null, [null, 'war']),
    ('{"/m/07": "drama", "/m/08": "war"}', null, ['drama', 'war']),
    ('{"id": 1, "name": "drama"}', null, ['drama']),
    (null, ',', [])
),

computed as (
    select
        example_text as given,
        expected,
        {{ json_value("example_text") }} as as_json,
        {{ text_list("example_text", "as_json", "separator") }} as actual
    from texts
)

select
    given,
    expected,
    actual
from computed
where actual is distinct from cast(expected as varchar[])
