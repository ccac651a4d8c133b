-- No row is lost silently: everything staging rejected, with reason and remedy.
with

item_rows as (
    select * from {{ ref("stg_item_rows") }}
),

base_tag_rows as (
    select * from {{ ref("stg_base_tag_rows") }}
),

category_rows as (
    select * from {{ ref("stg_tag_category_rows") }}
    where rejected_reason is not null
),

example_rows as (
    select *
    from {{ ref("stg_few_shot_example_rows") }}
    where rejected_reason is not null
),

manual_tag_rows as (
    select * from {{ ref("stg_manual_tag_rows") }}
    where rejected_reason is not null
),

document_rows as (
    select * from {{ ref("stg_document_rows") }}
),

interaction_rows as (
    select * from {{ ref("stg_interaction_rows") }}
    where
        rejected_reason is not null
        or (value is null and value_text is not null)
),

item_to_tag_rows as (
    select * from {{ ref("stg_item_to_tag_rows") }}
    where rejected_reason is not null
),

experiment_event_rows as (
    select * from {{ ref("stg_experiment_event_rows") }}
    where rejected_reason is not null
),

manual_effort_rows as (
    select * from {{ ref("stg_manual_effort_rows") }}
    where rejected_reason is not null
),

poster_files as (
    select * from {{ ref("stg_poster_files") }}
    where rejected_reason is not null
),

noted as (
    select
        'items' as table_name,
        item_id as row_key,
        unnest(notes) as note
    from item_rows
    union all
    select
        'base_tags' as table_name,
        coalesce(tag, raw_tag) as row_key,
        unnest(notes) as note
    from base_tag_rows
    union all
    select
        'documents' as table_name,
        doc_id as row_key,
        unnest(notes) as note
    from document_rows
),

rejected as (
    select
        'items' as table_name,
        item_id as row_key,
        rejected_column as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json(
            { 'title': title, 'updated_at': updated_at_text, 'poster_uri': poster_uri }
        ) as row_json
    from item_rows
    where rejected_reason is not null
    union all
    select
        table_name,
        row_key,
        note.column_name,
        'value' as scope,
        note.reason,
        to_json({ 'value': note.given }) as row_json
    from noted
    where note.reason is not null
    union all
    select
        'base_tags' as table_name,
        coalesce(tag, raw_tag) as row_key,
        'tag' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'tag': raw_tag, 'category': category, 'definition': definition })
            as row_json
    from base_tag_rows
    where rejected_reason is not null
    union all
    select
        'tag_categories' as table_name,
        path as row_key,
        'category' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'modality': modality, 'category': category, 'level': level })
            as row_json
    from category_rows
    union all
    select
        'few_shot_examples' as table_name,
        example_id as row_key,
        'output' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'path': path, 'input': example_input, 'output': output_text })
            as row_json
    from example_rows
    union all
    select
        'manual_tags' as table_name,
        item_id as row_key,
        'tag' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'tag': raw_tag, 'tagger': tagger }) as row_json
    from manual_tag_rows
    union all
    select
        'documents' as table_name,
        doc_id as row_key,
        'doc_id' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'title': title, 'url': url }) as row_json
    from document_rows
    where rejected_reason is not null
    union all
    select
        'interactions' as table_name,
        item_id as row_key,
        coalesce(rejected_column, 'value') as column_name,
        if(rejected_reason is null, 'value', 'row') as scope,
        coalesce(rejected_reason, 'not a number') as reason,
        to_json({
            'user_id': user_id,
            'event_type': event_type,
            'occurred_at': occurred_at_text,
            'value': value_text
        }) as row_json
    from interaction_rows
    union all
    select
        'experiment_events' as table_name,
        item_id as row_key,
        rejected_column as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({
            'experiment_id': experiment_id,
            'group': experiment_group,
            'user_id': user_id,
            'event_type': event_type,
            'occurred_at': coalesce(
                cast(occurred_at as varchar), unread_occurred_at
            )
        }) as row_json
    from experiment_event_rows
    union all
    select
        'manual_effort' as table_name,
        step as row_key,
        'minutes_per_item' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'minutes_per_item': minutes_text, 'waiting_minutes': waiting_text })
            as row_json
    from manual_effort_rows
    union all
    select
        'items_to_tag' as table_name,
        item_id as row_key,
        'item_id' as column_name,
        'row' as scope,
        rejected_reason as reason,
        to_json({ 'item_id': item_id }) as row_json
    from item_to_tag_rows
    union all
    select
        'posters' as table_name,
        item_id as row_key,
        'poster_uri' as column_name,
        'value' as scope,
        rejected_reason as reason,
        to_json({ 'poster_uri': poster_uri }) as row_json
    from poster_files
),

final as (
    select
        table_name,
        row_key,
        column_name,
        scope,
        reason,
        cast(row_json as varchar) as row_json
    from rejected
)

select * from final
