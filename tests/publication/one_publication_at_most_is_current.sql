select count(*) as n_current
from {{ ref("publications") }}
where is_current or is_of_this_build
having count(*) > 1
