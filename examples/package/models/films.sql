-- The catalogue that Tagsmith reads.
select
    film_id,
    title,
    plot,
    cast(year as varchar) as release_date
from {{ ref("catalogue") }}
where is_active
