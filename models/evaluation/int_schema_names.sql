-- The base tag of a name; a base tag's own name wins over an alias.
with

names as (
    select * from {{ ref("int_base_tag_names") }}
),

final as (
    select
        name,
        base_tag
    from names
    qualify
        row_number() over (
            partition by name
            order by is_base_tag desc, base_tag asc
        ) = 1
)

select * from final
