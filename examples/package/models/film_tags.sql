-- Tags as a table of this project, for its own models and readers.
select
    films.film_id,
    films.title,
    item_tags.tag,
    item_tags.category,
    item_tags.rank
from {{ ref("films") }} as films
inner join {{ ref("tagsmith", "item_tags") }} as item_tags
    on films.film_id = item_tags.item_id
