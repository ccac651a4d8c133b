{#- Written from python_udfs/settings by `make fix`. -#}
{% macro declared_inputs() %}
    {{ return({
        "items": {
            "columns": ["item_id", "title", "original_title", "summary", "synopsis", "genres", "countries", "release_date", "people", "poster_uri", "created_at", "updated_at", "extra"],
            "required": ["item_id", "title"],
            "is_of_one_catalogue": false,
        },
        "base_tags": {
            "columns": ["tag", "category", "definition", "aliases", "parent"],
            "required": ["tag"],
            "is_of_one_catalogue": false,
        },
        "tag_categories": {
            "columns": ["modality", "category", "level", "instruction", "max_tags", "path_weight", "search_words"],
            "required": ["modality", "category", "level", "instruction", "max_tags"],
            "is_of_one_catalogue": false,
        },
        "evaluators": {
            "columns": ["evaluator", "bar", "weight", "model", "reads"],
            "required": ["evaluator", "bar"],
            "is_of_one_catalogue": false,
        },
        "few_shot_examples": {
            "columns": ["example_id", "modality", "category", "input", "output"],
            "required": ["modality", "category", "input", "output"],
            "is_of_one_catalogue": false,
        },
        "manual_tags": {
            "columns": ["item_id", "tag", "tagger"],
            "required": ["item_id", "tag"],
            "is_of_one_catalogue": true,
        },
        "documents": {
            "columns": ["doc_id", "item_id", "title", "url", "text", "published_at"],
            "required": ["doc_id", "title", "text"],
            "is_of_one_catalogue": true,
        },
        "interactions": {
            "columns": ["user_id", "item_id", "event_type", "occurred_at", "value"],
            "required": ["user_id", "item_id", "event_type", "occurred_at"],
            "is_of_one_catalogue": true,
        },
        "experiment_events": {
            "columns": ["experiment_id", "group", "user_id", "item_id", "event_type", "occurred_at"],
            "required": ["experiment_id", "group", "user_id", "item_id", "event_type", "occurred_at"],
            "is_of_one_catalogue": true,
        },
        "manual_effort": {
            "columns": ["step", "minutes_per_item", "waiting_minutes"],
            "required": ["step", "minutes_per_item"],
            "is_of_one_catalogue": true,
        },
        "items_to_tag": {
            "columns": ["item_id"],
            "required": ["item_id"],
            "is_of_one_catalogue": false,
        },
    }) }}
{% endmacro %}
