{#- Written from python_udfs/settings by `make fix`. -#}
{% macro declared_inputs() %}
    {{ return({
        "items": {
            "columns": {"item_id": "id", "title": "title", "original_title": "title", "summary": "prose", "synopsis": "prose", "genres": "list", "countries": "list", "release_date": "date", "people": "list", "poster_uri": "text", "created_at": "time", "updated_at": "time", "extra": "json"},
            "required": ["item_id", "title"],
            "is_of_one_catalogue": false,
            "is_log": false,
        },
        "base_tags": {
            "columns": {"tag": "raw", "category": "text", "definition": "prose", "aliases": "list", "parent": "raw"},
            "required": ["tag"],
            "is_of_one_catalogue": false,
            "is_log": false,
        },
        "tag_categories": {
            "columns": {"modality": "word", "category": "word", "level": "word", "instruction": "word", "max_tags": "word", "path_weight": "word", "search_words": "word"},
            "required": ["modality", "category", "level", "instruction", "max_tags"],
            "is_of_one_catalogue": false,
            "is_log": false,
        },
        "evaluators": {
            "columns": {"evaluator": "word", "bar": "word", "weight": "word", "model": "word", "reads": "word"},
            "required": ["evaluator", "bar"],
            "is_of_one_catalogue": false,
            "is_log": false,
        },
        "few_shot_examples": {
            "columns": {"example_id": "raw", "modality": "word", "category": "word", "input": "word", "output": "word"},
            "required": ["modality", "category", "input", "output"],
            "is_of_one_catalogue": false,
            "is_log": false,
        },
        "manual_tags": {
            "columns": {"item_id": "id", "tag": "raw", "tagger": "text"},
            "required": ["item_id", "tag"],
            "is_of_one_catalogue": true,
            "is_log": false,
        },
        "documents": {
            "columns": {"doc_id": "id", "item_id": "id", "title": "prose", "url": "text", "text": "prose", "published_at": "time"},
            "required": ["doc_id", "title", "text"],
            "is_of_one_catalogue": true,
            "is_log": false,
        },
        "interactions": {
            "columns": {"user_id": "id", "item_id": "id", "event_type": "word", "occurred_at": "time", "value": "number"},
            "required": ["user_id", "item_id", "event_type", "occurred_at"],
            "is_of_one_catalogue": true,
            "is_log": true,
        },
        "experiment_events": {
            "columns": {"experiment_id": "word", "group": "word", "user_id": "id", "item_id": "id", "event_type": "word", "occurred_at": "time"},
            "required": ["experiment_id", "group", "user_id", "item_id", "event_type", "occurred_at"],
            "is_of_one_catalogue": true,
            "is_log": true,
        },
        "manual_effort": {
            "columns": {"step": "word", "minutes_per_item": "word", "waiting_minutes": "word"},
            "required": ["step", "minutes_per_item"],
            "is_of_one_catalogue": true,
            "is_log": false,
        },
        "items_to_tag": {
            "columns": {"item_id": "id"},
            "required": ["item_id"],
            "is_of_one_catalogue": false,
            "is_log": false,
        },
    }) }}
{% endmacro %}
