-- Which gates this run tests. A build of a part would otherwise publish what a gate of
-- another part has just refused.
{%- set unselected = [] %}
{#- Tests and benchmarks of this project build without tests. #}
{%- if execute and not env_var("TAGSMITH_PUBLISH_WITHOUT_GATES", "") %}
    {%- for gate in gates_of_publications()
        if gate.unique_id not in selected_resources %}
        {%- do unselected.append(gate.name) %}
    {%- endfor %}
{%- endif %}
with

final as (
    select
        '{{ invocation_id }}' as invocation_id,
        {{ unselected | length }} as n_unselected_gates,
        {{ "'" ~ unselected | sort | first ~ "'" if unselected else "null::varchar" }}
            as unselected_gate
)

select * from final
