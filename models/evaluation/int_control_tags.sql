-- Foreign tags that mean nearly the same as an own one are not negatives. The rule that
-- maps candidates to base tags excludes them.
with

candidates as (
    select * from {{ ref("int_control_candidates") }}
),

embeddings as (
    select
        text as tag,
        embedding
    from {{ ref("int_control_embeddings") }}
),

own_tags as (
    select
        candidates.item_id,
        embeddings.embedding
    from candidates
    inner join embeddings
        on candidates.tag = embeddings.tag
    where candidates.is_own
),

foreign_tags as (
    select
        candidates.item_id,
        candidates.tag,
        embeddings.embedding
    from candidates
    inner join embeddings
        on candidates.tag = embeddings.tag
    where not candidates.is_own
),

near_tags as (
    select
        foreign_tags.item_id,
        foreign_tags.tag,
        max(
            list_cosine_similarity(own_tags.embedding, foreign_tags.embedding)
        ) as similarity
    from foreign_tags
    inner join own_tags
        on foreign_tags.item_id = own_tags.item_id
    group by foreign_tags.item_id, foreign_tags.tag
    having round(similarity, 6) > {{ var("alpha") }}
),

far_tags as (
    select
        candidates.item_id,
        candidates.tag,
        candidates.is_own,
        candidates.draw_place
    from candidates
    anti join near_tags
        on
            candidates.item_id = near_tags.item_id
            and candidates.tag = near_tags.tag
),

chosen as (
    select
        item_id,
        tag,
        is_own
    from far_tags
    qualify
        row_number() over (
            partition by item_id, is_own
            order by draw_place
        ) <= {{ var("control_tags") }}
),

-- Own and foreign tags in random order, which tells an evaluator nothing.
final as (
    select
        item_id,
        tag,
        is_own,
        cast(
            row_number() over (
                partition by item_id
                order by sha256(tag || chr(31) || item_id)
            ) as integer
        ) as place
    from chosen
)

select * from final
