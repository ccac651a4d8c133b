-- An input with too many rejected rows is probably the wrong input.
with

read_rows as (
    {% for table_name, model in [
        ("items", ref("stg_item_rows")),
        ("base_tags", ref("stg_base_tag_rows")),
        ("tag_categories", ref("stg_tag_category_rows")),
        ("few_shot_examples", ref("stg_few_shot_example_rows")),
        ("manual_tags", ref("stg_manual_tag_rows")),
        ("documents", ref("stg_document_rows")),
        ("items_to_tag", ref("stg_item_to_tag_rows")),
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ table_name }}' as table_name,
            count(*) as n_rows
        from {{ model }}
    {% endfor %}
),

rejected_rows as (
    select
        table_name,
        count(*) as n_rejected
    from {{ ref("stg_rejected_rows") }}
    where scope = 'row'
    group by table_name
)

select
    read_rows.table_name,
    rejected_rows.n_rejected,
    read_rows.n_rows
from read_rows
inner join rejected_rows on read_rows.table_name = rejected_rows.table_name
where rejected_rows.n_rejected > {{ var("max_rejected_share") }} * read_rows.n_rows
