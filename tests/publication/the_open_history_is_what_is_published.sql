select
    published.item_id,
    published.content_hash
from {{ ref("item_features_published") }} as published
anti join {{ ref("item_features_history") }} as history
    on
        published.item_id = history.item_id
        and published.content_hash = history.content_hash
        and history.dbt_valid_to is null
