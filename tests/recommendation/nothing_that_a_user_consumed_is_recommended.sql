select distinct
    recommendations.model,
    recommendations.user_id,
    recommendations.item_id
from {{ ref("recommendations") }} as recommendations
inner join {{ ref("stg_interactions") }} as interactions
    on
        recommendations.user_id = interactions.user_id
        and recommendations.item_id = interactions.item_id
