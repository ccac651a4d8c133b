-- A node runs after a test if it descends from all that the test reads. So whatever a
-- test up to the features reads must be an ancestor of a publication.
{#- Interactions are read after a publication, by recommenders alone. #}
{%- set later = [
    "publications", "item_features_published", "item_features_history",
    "published_history", "stg_interactions",
] %}
{%- set later_stages = ["recommendation", "operations", "evaluation", "experiments"] %}
{%- set ungated = [] %}
{%- if execute %}
    {%- set waits_for = ancestors_of_publications() %}
    {%- for test in graph.nodes.values() if test.resource_type == "test" %}
        {%- set missing = [] %}
        {%- for parent in test.depends_on.nodes if not parent.startswith("seed.") %}
            {%- set node = graph.nodes.get(parent) or graph.sources.get(parent) %}
            {%- set stage = node.fqn[1] %}
            {%- if node.name in later or stage in later_stages %}
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
