-- Every tag that a candidate became, with what speaks for it and whether people gave
-- it: what the weights of the evidence are learnt from.
with

candidates as (
    select * from {{ ref("int_candidates_aligned") }}
),

candidates_by_path as (
    select * from {{ ref("int_candidates_by_path") }}
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

names as (
    select * from {{ ref("int_base_tag_names") }}
),

offers as (
    select
        item_id,
        tag,
        {{ verdict_score("answer") }} as verdict_score
    from {{ ref("int_evaluator_answers") }}
    where purpose = 'offer' and status = 'answered'
),

-- A path speaks for a tag by its score; less if the tag is only similar. The student's
-- score is a probability, so its log-odds count, from 0.01 up.
strengths as (
    select
        candidates.item_id,
        coalesce(candidates.base_tag, candidates.tag) as tag,
        candidates.base_tag is null as is_novel,
        candidates_by_path.path,
        max(
            if(candidates.base_tag is null, 1, candidates.similarity)
            * if(
                candidates_by_path.path = 'student:all',
                greatest(
                    {{ log_odds("candidates_by_path.path_score") }}
                    - {{ log_odds("0.01") }},
                    0
                ),
                candidates_by_path.path_score
            )
        ) as strength
    from candidates
    inner join candidates_by_path
        on
            candidates.item_id = candidates_by_path.item_id
            and candidates.tag = candidates_by_path.tag
    group by
        candidates.item_id,
        coalesce(candidates.base_tag, candidates.tag),
        candidates.base_tag is null,
        candidates_by_path.path
),

tags as (
    select
        item_id,
        tag,
        is_novel,
        map_from_entries(list((path, round(strength, 6)) order by path)) as paths
    from strengths
    group by item_id, tag, is_novel
),

-- A person's alias is its base tag, as a candidate's is.
true_tags as (
    select
        item_id,
        tag
    from manual_tags
    union
    select
        manual_tags.item_id,
        names.base_tag as tag
    from manual_tags
    inner join names
        on manual_tags.tag = names.name
),

labelled_items as (
    select distinct item_id
    from manual_tags
),

final as (
    select
        tags.item_id,
        tags.tag,
        map_concat(
            tags.paths,
            map(
                ['any tag', 'novel', 'judged offer', 'verdict on offer'],
                [
                    1,
                    cast(tags.is_novel as integer),
                    cast(offers.tag is not null as integer),
                    coalesce(offers.verdict_score, 0)
                ]
            )
        ) as evidence,
        if(
            map_keys(tags.paths) = ['student:all'], offers.verdict_score, null
        ) as offer_score,
        {{ evaluation_fold("tags.item_id") }} as fold,
        labelled_items.item_id is not null as is_labelled,
        true_tags.tag is not null as is_manual
    from tags
    left join offers
        on
            tags.item_id = offers.item_id
            and tags.tag = offers.tag
    left join labelled_items
        on tags.item_id = labelled_items.item_id
    left join true_tags
        on
            tags.item_id = true_tags.item_id
            and tags.tag = true_tags.tag
)

select * from final
