-- Otherwise an ablation would differ from tagsmith by more than its one stage.
with

chain as (
    select
        item_id,
        rank,
        tag,
        status,
        score
    from {{ ref("int_ablation_tags") }}
    where system = 'tagsmith'
),

pipeline as (
    select
        item_id,
        rank,
        tag,
        status,
        score
    from {{ ref("item_tags") }}
)

select
    coalesce(chain.item_id, pipeline.item_id) as item_id,
    coalesce(chain.tag, pipeline.tag) as tag,
    chain.rank as rank_in_chain,
    pipeline.rank as rank_in_pipeline,
    chain.score as score_in_chain,
    pipeline.score as score_in_pipeline
from chain
full join pipeline
    on
        chain.item_id = pipeline.item_id
        and chain.tag = pipeline.tag
where
    chain.rank is distinct from pipeline.rank
    or chain.status is distinct from pipeline.status
    or chain.score is distinct from pipeline.score
