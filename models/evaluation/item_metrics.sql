-- The metrics of docs/evaluation.md for one list; nothing here is averaged.
with

measured as (
    select * from {{ ref("int_measured_lists") }}
),

system_tags as (
    select * from {{ ref("int_system_tags") }}
),

hits as (
    select * from {{ ref("int_list_hits") }}
),

depths as (
    select cast(unnest({{ var("evaluation_ks") }}) as integer) as k
),

cut_lists as (
    select
        system_tags.system,
        system_tags.item_id,
        depths.k,
        cast(count(*) as integer) as n_listed,
        count(*) filter (where not system_tags.in_schema) as n_outside_schema
    from system_tags
    inner join depths
        on system_tags.rank <= depths.k
    group by system_tags.system, system_tags.item_id, depths.k
),

gauged as (
    select
        measured.system,
        measured.truth,
        unnest(['exact', 'semantic']) as match_kind,
        cut_lists.k,
        measured.item_id,
        measured.n_true_tags,
        cut_lists.n_listed,
        cut_lists.n_outside_schema
    from measured
    inner join cut_lists
        on
            measured.system = cut_lists.system
            and measured.item_id = cut_lists.item_id
),

final as (
    select
        cast(gauged.system as varchar) as system,
        cast(gauged.truth as varchar) as truth,
        cast(gauged.match_kind as varchar) as match_kind,
        cast(gauged.k as integer) as k,
        cast(gauged.item_id as varchar) as item_id,
        cast(gauged.n_true_tags as integer) as n_true_tags,
        cast(gauged.n_listed as integer) as n_listed,
        cast(coalesce(hits.hits, 0) as integer) as hits,
        cast(coalesce(hits.hits, 0) / gauged.k as double) as precision,
        cast(coalesce(hits.hits, 0) / gauged.n_true_tags as double) as recall,
        cast(coalesce(1 / hits.first_rank, 0) as double) as mrr,
        cast(gauged.n_outside_schema / gauged.n_listed as double) as novelty
    from gauged
    left join hits
        on
            gauged.system = hits.system
            and gauged.truth = hits.truth
            and gauged.match_kind = hits.match_kind
            and gauged.k = hits.k
            and gauged.item_id = hits.item_id
)

select * from final
