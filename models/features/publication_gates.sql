-- dbt runs a node after the tests of its ancestors; here publications get those tables
-- as ancestors that are tested but lead to no published table.
{%- set models = ["stg_rejected_rows", "stg_manual_tags", "int_top_k_cuts"] %}
{%- set ledger_tables = [
    "llm_calls", "llm_answers", "search_results", "embeddings", "publications",
] %}
with

counted as (
    {% for name in models %}
        select
            '{{ name }}' as table_name,
            count(*) as n_rows
        from {{ ref(name) }}
        union all
    {% endfor %}
    {% for name in ledger_tables %}
        select
            'ledger.{{ name }}' as table_name,
            count(*) as n_rows
        from {{ source("ledger", name) }}
                {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        table_name,
        n_rows
    from counted
)

select * from final
