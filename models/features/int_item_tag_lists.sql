with

tags as (
    select * from {{ ref("item_tags") }}
),

-- Each new item shifts the specificity of every tag slightly; three decimals
-- keep that from making every row of the catalogue a new version.
listed as (
    select
        item_id,
        list(tag order by rank) as tags,
        list(
            struct_pack(
                tag := tag,
                category := category,
                score := round(score, 3),
                status := status
            )
            order by rank
        ) as tag_list,
        count(*) as n_tags,
        count_if(status = 'mapped') as n_mapped_tags,
        count_if(status = 'novel') as n_novel_tags
    from tags
    group by item_id
),

final as (
    select
        item_id,
        cast(tags as varchar[]) as tags,
        to_json(tag_list) as tags_json,
        cast(n_tags as integer) as n_tags,
        cast(n_mapped_tags as integer) as n_mapped_tags,
        cast(n_novel_tags as integer) as n_novel_tags
    from listed
)

select * from final
