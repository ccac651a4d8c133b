{#- Whether the run has nodes of Tagsmith. In a project that has it as a package, a run may make the
    tables that are its inputs. -#}
{% macro is_selected() %}
    {% for node in selected_resources if node.split(".")[1] == "tagsmith" %}
        {{ return(true) }}
    {% endfor %}
    {{ return(false) }}
{% endmacro %}
