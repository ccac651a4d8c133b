-- A node runs after the tests of its ancestors; so all that is tested must be an ancestor.
{%- set waits_for = ["model.tagsmith.publications"] %}
{%- set tested = [] %}
{%- if execute %}
    {%- for node_id in waits_for %}
        {%- for parent in (graph.nodes.get(node_id) or {}).get("depends_on", {}).get("nodes", []) %}
            {%- if parent not in waits_for %}{% do waits_for.append(parent) %}{% endif %}
        {%- endfor %}
    {%- endfor %}
    {%- for node in graph.nodes.values() if node.resource_type == "model" %}
        {%- if node.fqn[1] in ["staging", "generation", "verification"] %}
            {%- do tested.append(node.unique_id) %}
        {%- endif %}
    {%- endfor %}
{%- endif %}
select ungated.node_id
from
    (
        values ('')
        {%- for node_id in tested if node_id not in waits_for %}, ('{{ node_id }}')
        {%- endfor %}
    ) as ungated (node_id)
where ungated.node_id <> ''
-- depends_on: {{ ref("publications") }}
