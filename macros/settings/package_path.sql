{#- A path from the folder of this package on, which is the project or a package of another. -#}
{% macro package_path(path) %}
    {% if not execute %}{{ return(path) }}{% endif %}
    {{ return(graph.nodes["seed.tagsmith.sample_items"].root_path ~ "/" ~ path) }}
{% endmacro %}
