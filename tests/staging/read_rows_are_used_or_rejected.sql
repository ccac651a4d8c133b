-- Every input row is in its table or among the rejected rows, never in both.
with

counts as (
    {% for table_name, rows_model, used_model in [
        ("items", ref("stg_item_rows"), ref("stg_items")),
        ("base_tags", ref("stg_base_tag_rows"), ref("stg_base_tags")),
        ("tag_categories", ref("stg_tag_category_rows"), ref("stg_tag_categories")),
        ("documents", ref("stg_document_rows"), ref("stg_documents")),
        ("manual_effort", ref("stg_manual_effort_rows"), ref("stg_manual_effort")),
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ table_name }}' as table_name,
            (select count(*) from {{ rows_model }}) as n_read,
            (select count(*) from {{ used_model }}) as n_used,
            (
                select count(*) from {{ ref("stg_rejected_rows") }}
                where table_name = '{{ table_name }}' and scope = 'row'
            ) as n_rejected
    {% endfor %}
)

select
    table_name,
    n_read,
    n_used,
    n_rejected
from counts
where n_read <> n_used + n_rejected
