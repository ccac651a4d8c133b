-- May be tens of millions of rows, so this is their only copy: used and rejected rows
-- together, and the text of a time only where it cannot be parsed.
with

input_rows as (
    select
        experiment_id,
        "group" as experiment_group,  -- noqa: RF06
        user_id,
        item_id,
        lower(event_type) as event_type,
        occurred_at,
        occurred_at_text
    from {{ mapped_input("experiment_events") }}
),

judged as (
    select distinct
        experiment_id,
        experiment_group,
        user_id,
        item_id,
        event_type,
        occurred_at,
        if(occurred_at is null, occurred_at_text, null) as unread_occurred_at,
        case
            when experiment_id is null then 'experiment_id'
            when experiment_group is null then 'group'
            when user_id is null then 'user_id'
            when
                event_type is null
                or event_type
                not in ('assignment', 'exposure', 'click', 'conversion', 'view')
                then 'event_type'
            when item_id is null and event_type <> 'assignment' then 'item_id'
            when occurred_at is null then 'occurred_at'
        end as rejected_column
    from input_rows
),

final as (
    select
        experiment_id,
        experiment_group,
        user_id,
        item_id,
        event_type,
        occurred_at,
        unread_occurred_at,
        rejected_column,
        case
            when rejected_column = 'event_type'
                then
                    'event_type is not an event type; '
                    || 'write assignment, exposure, click, conversion or view'
            when rejected_column = 'occurred_at'
                then 'occurred_at is not a time; write YYYY-MM-DD HH:MM:SS'
            when rejected_column is not null then rejected_column || ' is empty'
        end as rejected_reason
    from judged
)

select * from final
