{#- The columns of an input (docs/inputs.md says what each holds); `required` gives only those
    that every row must have. -#}
{% macro input_columns(name, required=false) %}
    {% set columns = {
        "items": [
            "item_id", "title", "original_title", "summary", "synopsis", "genres", "countries",
            "release_date", "people", "poster_uri", "created_at", "updated_at", "extra",
        ],
        "base_tags": ["tag", "category", "definition", "aliases", "parent"],
        "tag_categories": [
            "modality", "category", "level", "instruction", "max_tags", "path_weight",
        ],
        "few_shot_examples": ["example_id", "modality", "category", "input", "output"],
        "manual_tags": ["item_id", "tag", "tagger"],
        "documents": ["doc_id", "item_id", "title", "url", "text", "published_at"],
        "interactions": ["user_id", "item_id", "event_type", "occurred_at", "value"],
        "experiment_events": [
            "experiment_id", "group", "user_id", "item_id", "event_type", "occurred_at",
        ],
        "manual_effort": ["step", "minutes_per_item", "waiting_minutes"],
        "items_to_tag": ["item_id"],
    } %}
    {% set required_columns = {
        "items": ["item_id", "title"],
        "base_tags": ["tag"],
        "tag_categories": ["modality", "category", "level", "instruction", "max_tags"],
        "few_shot_examples": ["modality", "category", "input", "output"],
        "manual_tags": ["item_id", "tag"],
        "documents": ["doc_id", "title", "text"],
        "interactions": ["user_id", "item_id", "event_type", "occurred_at"],
        "experiment_events": [
            "experiment_id", "group", "user_id", "item_id", "event_type", "occurred_at",
        ],
        "manual_effort": ["step", "minutes_per_item"],
        "items_to_tag": ["item_id"],
    } %}
    {{ return(required_columns[name] if required else columns[name]) }}
{% endmacro %}
