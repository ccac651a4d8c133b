{#- Key under which the ledger freezes a search. -#}
{% macro search_key(item_id, title, words) %}
    sha256(
        concat_ws(
            chr(31),
            'search',
            '{{ var("search_provider") }}',
            '{{ var("search_corpus_version") | replace("'", "''") }}',
            {{ item_id }},
            '"' || {{ title }} || '" ' || {{ words }}
        )
    )
{% endmacro %}
