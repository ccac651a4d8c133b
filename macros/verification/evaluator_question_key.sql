{#-
  The question of one evaluator about one tag: all that it sees, and who it is. Candidates and the
  controls of the evaluation share it, so that an answer is never bought twice.
-#}
{% macro evaluator_question_key(tag) -%}
    sha256(
        concat_ws(
            chr(31),
            'evaluation',
            endpoints.role,
            endpoints.model,
            prompts.prompt_hash,
            items.content_hash, coalesce(sha256(evidence.passages), ''),
            '{{ var("tag_language") | replace("'", "''") }}', {{ tag }}
        )
    )
{%- endmacro %}
