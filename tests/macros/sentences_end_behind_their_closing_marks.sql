-- macro sentence_list: a text is split behind its closing marks, and nothing is lost.
with

examples (example_text, expected) as (
    values
    (
        'One man. "Run!"  he' || chr(10) || 'said... No end',
        ['One man. ', '"Run!" ', 'he said... ', 'No end']
    ),
    ('그는 떠났다. 그녀는 남았다!', ['그는 떠났다. ', '그녀는 남았다!']),
    ('끝。', ['끝。']),
    ('', []),
    (null, null)
),

computed as (
    select
        example_text,
        expected,
        {{ sentence_list("example_text") }} as actual
    from examples
)

select
    example_text,
    expected,
    actual
from computed
where actual is distinct from expected
