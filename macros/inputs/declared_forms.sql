{#- Written from python_udfs/modalities.py by `make fix`. -#}
{% macro declared_forms() %}
    {{ return([
        {"modality": "text", "name": "text", "model": "stg_items", "content": "", "content_hash": "sha256(input_content)", "sends_images": "null", "weights": ["weight_text_sub", "weight_text_broad"]},
        {"modality": "image", "name": "image", "model": "stg_poster_files", "content": "poster_path", "content_hash": "image_hash", "sends_images": "true", "weights": ["weight_image", "weight_image"]},
        {"modality": "image", "name": "description", "model": "stg_poster_files", "content": "description", "content_hash": "sha256(input_content)", "sends_images": "false", "weights": ["weight_image_description", "weight_image_description"]},
    ]) }}
{% endmacro %}
