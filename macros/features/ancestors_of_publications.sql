{#- Unique ids of the node publications and of all that it is made of, sources included. -#}
{% macro ancestors_of_publications() %}
    {% set found = ["model.tagsmith.publications"] %}
    {% for node_id in found if node_id in graph.nodes %}
        {% for parent in graph.nodes[node_id].get("depends_on", {}).get("nodes", []) %}
            {% do found.append(parent) if parent not in found %}
        {% endfor %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
