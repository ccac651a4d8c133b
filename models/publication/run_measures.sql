with

items as (
    select * from {{ ref("int_run_items") }}
),

item_texts as (
    select * from {{ ref("stg_input_columns") }}
    where
        input_name = 'items'
        and column_name in ('title', 'original_title', 'summary', 'synopsis')
),

base_tags as (
    select tag
    from {{ ref("stg_base_tags") }}
),

tags as (
    select
        run,
        unnest(tags) as tag
    from items
),

used_tags as (
    select
        run,
        tag,
        count(*) as n_items
    from tags
    group by run, tag
),

summed as (
    select
        run,
        count(*) as n_items,
        sum(len(tags)) / count(*) as tags_per_item,
        count_if(len(tags) = 0) / count(*) as untagged_share,
        sum(n_mapped_tags) / nullif(sum(len(tags)), 0) as mapped_share,
        sum(n_agreed_tags) / nullif(sum(n_judged_tags), 0) as evaluator_agreement
    from items
    group by run
),

schema_size as (
    select count(*) as n_base_tags
    from base_tags
),

vocabulary as (
    select
        used_tags.run,
        count_if(used_tags.n_items = 1) / count(*) as singleton_share,
        count(base_tags.tag) / nullif(any_value(schema_size.n_base_tags), 0)
            as schema_coverage
    from used_tags
    left join base_tags
        on used_tags.tag = base_tags.tag
    cross join schema_size
    group by used_tags.run
),

pairs as (
    select
        list_intersect(these.tags, those.tags) as kept_tags,
        list_distinct(list_concat(these.tags, those.tags)) as all_tags
    from items as these
    inner join items as those
        on these.item_id = those.item_id
    where
        these.run = 'this'
        and those.run = 'last'
),

-- Two empty lists are equal.
jaccard as (
    select coalesce(len(kept_tags) / nullif(len(all_tags), 0), 1) as similarity
    from pairs
),

turned_over as (
    select
        'this' as run,
        {{ exact_sum("(1 - similarity)") }} / count(*) as tag_turnover
    from jaccard
),

cleaned as (
    select
        'this' as run,
        sum(n_placeholders) / nullif(sum(n_read + n_lost + n_placeholders), 0)
            as placeholder_share,
        sum(n_with_markup) / nullif(sum(n_read), 0) as markup_share
    from item_texts
),

final as (
    select
        summed.run,
        cast(summed.n_items as integer) as n_items,
        round(summed.tags_per_item, 9) as tags_per_item,
        round(summed.untagged_share, 9) as untagged_share,
        round(vocabulary.singleton_share, 9) as singleton_share,
        round(vocabulary.schema_coverage, 9) as schema_coverage,
        round(summed.mapped_share, 9) as mapped_share,
        round(summed.evaluator_agreement, 9) as evaluator_agreement,
        round(turned_over.tag_turnover, 9) as tag_turnover,
        round(cleaned.placeholder_share, 9) as placeholder_share,
        round(cleaned.markup_share, 9) as markup_share
    from summed
    left join vocabulary
        on summed.run = vocabulary.run
    left join turned_over
        on summed.run = turned_over.run
    left join cleaned
        on summed.run = cleaned.run
)

select * from final
