{#-
  One search as the ledger has frozen it: provider, corpus version, item and query. Candidates and
  the controls of the evaluation share it.
-#}
{% macro search_key(item_id, title, tag) -%}
    sha256(
        concat_ws(
            chr(31), 'search',
            '{{ var("search_provider") }}',
            '{{ var("search_corpus_version") | replace("'", "''") }}',
            {{ item_id }},
            '"' || {{ title }} || '" ' || {{ tag }}
        )
    )
{%- endmacro %}
