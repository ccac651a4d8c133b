{#- Tests that stop a publication if they fail: dbt runs a node after the tests of its ancestors. -#}
{% macro gates_of_publications() %}
    {% set ancestors = ancestors_of_publications() %}
    {% set gates = [] %}
    {% for test in graph.nodes.values() if test.resource_type == "test" %}
        {% set parents = test.depends_on.nodes %}
        {% set later = parents | reject("in", ancestors) | list %}
        {% if parents and not later and "model.tagsmith.publications" not in parents
            and test.config.severity | lower == "error" %}
            {% do gates.append(test) %}
        {% endif %}
    {% endfor %}
    {{ return(gates) }}
{% endmacro %}
