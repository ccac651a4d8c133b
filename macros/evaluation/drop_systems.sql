{#- Drops the systems of an earlier run if tagsmith's own tags are rebuilt, since they would be
    compared with newer tags. Runs on start. -#}
{% macro drop_systems() %}
    {% if execute and target.schema == "main"
        and "model.tagsmith.int_tags_selected" in selected_resources %}
        {% for system in standing_systems(every=true) %}
            {% do adapter.drop_schema(
                api.Relation.create(database=target.database, schema="system_" ~ system)
            ) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
