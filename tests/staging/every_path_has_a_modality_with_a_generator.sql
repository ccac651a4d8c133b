{% set modalities = declared_forms() | map(attribute="modality") | unique | list %}
select
    path,
    modality
from {{ ref("stg_tag_categories") }}
where modality is null or not list_contains({{ text_values(modalities) }}, modality)
