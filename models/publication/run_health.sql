-- Checks fixed limits, and the change since the last run: the difference of shares, the
-- ratio of tags per item. Turnover is itself a comparison. 0 or 1 = no limit; shares of
-- cleaned texts are shown only.
{%- set lowest = {
    "tags_per_item": var("min_tags_per_item"),
    "schema_coverage": var("min_schema_coverage"),
    "mapped_share": var("min_mapped_share"),
    "evaluator_agreement": var("min_evaluator_agreement"),
} %}
{%- set highest = {
    "untagged_share": var("max_untagged_share"),
    "singleton_share": var("max_singleton_share"),
    "tag_turnover": var("max_tag_turnover"),
    "placeholder_share": 1,
    "markup_share": 1,
} %}
with

measures as (
    select
        run,
        n_items,
        measure,
        value
    from {{ ref("run_measures") }}
    unpivot include nulls (
        value for measure in (
            {{ (lowest | list + highest | list) | join(", ") }}
        )
    )
),

limits as (
    {% for measure, limit in lowest.items() -%}
        select
            '{{ measure }}' as measure,
            nullif(cast({{ limit }} as double), 0) as lowest,
            cast(null as double) as highest
        union all
    {% endfor -%}
    {% for measure, limit in highest.items() -%}
        select
            '{{ measure }}' as measure,
            cast(null as double) as lowest,
            nullif(cast({{ limit }} as double), 1) as highest
        {{ "union all" if not loop.last }}
    {% endfor %}
),

this_run as (
    select
        measure,
        value,
        n_items
    from measures
    where run = 'this'
),

last_run as (
    select
        measure,
        value,
        n_items
    from measures
    where run = 'last'
),

compared as (
    select
        limits.measure,
        this_run.value,
        last_run.value as last_value,
        limits.lowest,
        limits.highest,
        round(
            case
                when limits.measure = 'tags_per_item'
                    then this_run.value / nullif(last_run.value, 0) - 1
                else this_run.value - last_run.value
            end, 9
        ) as change,  -- noqa: RF04
        -- With fewer items a difference is noise.
        case
            when this_run.n_items >= 20 and last_run.n_items >= 20
                then nullif(cast({{ var("max_health_change") }} as double), 1)
        end as most_change
    from limits
    left join this_run
        on limits.measure = this_run.measure
    left join last_run
        on limits.measure = last_run.measure
),

final as (
    select
        measure,
        value,
        last_value,
        change,
        lowest,
        highest,
        most_change,
        coalesce(value >= lowest, true)
        and coalesce(value <= highest, true)
        and coalesce(abs(change) <= most_change, true) as is_within_limits
    from compared
)

select * from final
