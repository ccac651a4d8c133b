-- How each column of the user's inputs was read: what was inferred, lost and cleaned,
-- and whether the ids of inputs meet those of the catalogue.
{% set rows_of = {
    "items": ref("stg_item_rows"),
    "base_tags": ref("stg_base_tag_rows"),
    "documents": ref("stg_document_rows"),
} %}
{% set ids_of = {
    "manual_tags": ref("stg_manual_tag_rows"),
    "documents": ref("stg_document_rows"),
    "interactions": ref("stg_interaction_rows"),
    "experiment_events": ref("stg_experiment_event_rows"),
    "items_to_tag": ref("stg_item_to_tag_rows"),
} %}
with

items as (
    select * from {{ ref("stg_items") }}
),

read_columns as (
    {% for name, relation in rows_of.items() -%}
        select * from {{ column_counts(name, relation) }}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

ids as (
    {% for name, relation in ids_of.items() -%}
        select distinct
            '{{ name }}' as input_name,
            item_id
        from {{ relation }}
        where item_id is not null
        {{ "union all" if not loop.last }}
    {% endfor %}
),

id_columns as (
    select
        ids.input_name,
        'item_id' as column_name,
        count(*) as n_rows,
        count(items.item_id) as n_read,
        count(*) - count(items.item_id) as n_lost,
        if(n_lost > 0, 'item_id is not in the catalogue', null) as reason,
        min(ids.item_id) filter (where items.item_id is null) as example
    from ids
    left join items on ids.item_id = items.item_id
    group by ids.input_name
),

forms as (
    {% for name in rows_of -%}
        {{ column_forms(name) }}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

counted as (
    select * from read_columns
    union all by name
    select * from id_columns
),

final as (
    select
        counted.input_name,
        counted.column_name,
        forms.form,
        cast(counted.n_rows as integer) as n_rows,
        cast(counted.n_read as integer) as n_read,
        cast(counted.n_lost as integer) as n_lost,
        cast(coalesce(counted.n_year_only, 0) as integer) as n_year_only,
        cast(coalesce(counted.n_placeholders, 0) as integer) as n_placeholders,
        cast(coalesce(counted.n_with_markup, 0) as integer) as n_with_markup,
        counted.reason,
        counted.example
    from counted
    left join forms
        on
            counted.input_name = forms.input_name
            and counted.column_name = forms.column_name
)

select * from final
