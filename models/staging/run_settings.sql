-- Every setting of the run by name: SQL, Python models and readers see the same values.
with

settings as (
    {% for name in setting_names() %}
        select
            '{{ name }}' as name,
            '{{ dbt.escape_single_quotes(setting_value(name) | string) }}'  -- noqa: LT05
                as value
        union all
    {% endfor %}
    select
        'is_empty' as name,
        '{{ flags.EMPTY }}' as value
    union all
    -- Not a var, since scripts and the feature store read the same location.
    select
        'publish_dir' as name,
        '{{ dbt.escape_single_quotes(setting_value("publish_dir")) }}' as value
    union all
    select
        'catalogue' as name,
        '{{ "own" if input_location("items") else "sample" }}' as value
),

final as (
    select
        name,
        case
            when name = 'llm_prices'
                then {{ with_listed_prices("value", ref("model_prices")) }}
            else value
        end as value
    from settings
)

select * from final
