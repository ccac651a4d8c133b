-- A node runs after those tests of which all that they read are its ancestors. So
-- whatever a test of staging, generation, verification or features reads must be an
-- ancestor of a publication.
{%- set waits_for = ["model.tagsmith.publications"] %}
{%- set later = ["item_features_published", "item_features_history", "publications"] %}
{%- set ungated = [] %}
{%- if execute %}
    {%- for node_id in waits_for %}
        {%- for parent in (graph.nodes.get(node_id) or {}).get("depends_on", {}).get("nodes", []) %}
            {%- if parent not in waits_for %}{% do waits_for.append(parent) %}{% endif %}
        {%- endfor %}
    {%- endfor %}
    {%- for test in graph.nodes.values() if test.resource_type == "test" %}
        {%- set missing = [] %}
        {%- for parent in test.depends_on.nodes if not parent.startswith("seed.") %}
            {%- set node = graph.nodes.get(parent) or graph.sources.get(parent) %}
            {%- if node.name in later or "operations" in node.fqn or "evaluation" in node.fqn %}
                {%- do missing.append(none) %}
            {%- elif parent not in waits_for %}
                {%- do missing.append(parent) %}
            {%- endif %}
        {%- endfor %}
        {%- if missing and none not in missing %}
            {%- do ungated.append((test.name, missing | join(", "))) %}
        {%- endif %}
    {%- endfor %}
{%- endif %}
-- depends_on: {{ ref("publications") }}
select
    gates.test_name,
    gates.missing_ancestors
from
    (
        values (null, null)
        {%- for name, missing in ungated %}, ('{{ name }}', '{{ missing }}'){% endfor %}
    ) as gates (test_name, missing_ancestors)
where gates.test_name is not null
