-- dbt runs a node after the tests of its ancestors. Here publications get those tables
-- as ancestors that are tested but lead to no published table.
{%- set tested = {
    "stg_rejected_rows": ref("stg_rejected_rows"),
    "stg_manual_tags": ref("stg_manual_tags"),
    "stg_manual_effort": ref("stg_manual_effort"),
    "int_top_k_cuts": ref("int_top_k_cuts"),
    "item_changes": ref("item_changes"),
    "run_health": ref("run_health"),
    "ledger.llm_calls": source("ledger", "llm_calls"),
    "ledger.llm_answers": source("ledger", "llm_answers"),
    "ledger.search_results": source("ledger", "search_results"),
    "ledger.embeddings": source("ledger", "embeddings"),
    "ledger.publication_events": source("ledger", "publication_events"),
} %}
with

counted as (
    {% for name, relation in tested.items() -%}
        select
            '{{ name }}' as table_name,
            count(*) as n_rows
        from {{ relation }}
        union all
    {% endfor %}
    select
        'ledger.publications' as table_name,
        count(*) as n_rows
    from {{ source("ledger", "publications") }}
),

final as (
    select
        table_name,
        n_rows
    from counted
)

select * from final
