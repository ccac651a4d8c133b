-- The newest change reveals a stale source. Items without created_at and updated_at are
-- ignored.
select
    max(coalesce(updated_at, created_at)) as newest_change,
    {{ var("max_catalogue_age_hours") }} as max_age_hours
from {{ ref("stg_items") }}
having
    {{ var("max_catalogue_age_hours") }} > 0
    and coalesce(
        max(coalesce(updated_at, created_at))
        < cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
        - to_seconds(cast({{ var("max_catalogue_age_hours") }} * 3600 as bigint)),
        true
    )
