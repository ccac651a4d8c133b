-- Built after every gate has passed: dbt builds a node after the tests of its ancestors
-- and skips it if one fails, and every table that a gate reads is an ancestor.
-- depends_on: {{ ref("item_changes") }}, {{ ref("item_tombstones") }}
-- depends_on: {{ ref("run_health") }}, {{ ref("int_top_k_cuts") }}
-- depends_on: {{ ref("stg_rejected_rows") }}, {{ ref("stg_manual_effort") }}
-- depends_on: {{ ref("stg_manual_tags") }}, {{ ref("stg_input_columns") }}
-- depends_on: {{ source("ledger", "llm_calls") }}
-- depends_on: {{ source("ledger", "llm_answers") }}
-- depends_on: {{ source("ledger", "llm_batches") }}
-- depends_on: {{ source("ledger", "search_results") }}
-- depends_on: {{ source("ledger", "publication_events") }}
-- depends_on: {{ source("ledger", "publications") }}

-- dbt waits only for the tests that a run selects. A partial run could publish tags
-- that an unselected gate refuses, so the run must select every test of the main job.
{%- set left_out = [] %}
{%- if execute %}
    {%- set beside = ["recommendation", "evaluation", "experiments"] %}
    {%- for test in graph.nodes.values() if test.resource_type == "test"
        and test.package_name == model.package_name
        and test.unique_id not in selected_resources and test.fqn[1] not in beside %}
        {%- do left_out.append(test.name) %}
    {%- endfor %}
{%- endif %}
{#- The benchmark publishes 100,000 copied items that no gate would pass, and gates
    would take most of the time of this project's tests. #}
{%- set is_gated = env_var("TAGSMITH_PUBLISH_WITHOUT_GATES", "") == "" %}
{%- set is_whole = flags.WHICH == "build" and not (is_gated and left_out) %}
{%- set named = "'" ~ left_out | sort | first ~ "'" if left_out else "null" %}
with

final as (
    select
        '{{ invocation_id }}' as invocation_id,
        {{ is_whole }} as is_whole,
        {{ left_out | length }} as n_tests_left_out,
        cast({{ named }} as varchar) as test_left_out
)

select * from final
