-- Normalised base tags; if a tag occurs twice, the fullest row is kept.
with

input_rows as (
    select distinct
        base_tags.tag as raw_tag,
        nullif(normalise_tag(base_tags.tag), '') as tag,
        base_tags.category,
        base_tags.definition,
        base_tags.aliases as raw_aliases,
        nullif(normalise_tag(base_tags.parent), '') as parent,
        base_tags.notes
    from {{ mapped_input("base_tags") }} as base_tags
),

alias_rows as (
    select distinct
        raw_aliases,
        unnest(raw_aliases) as raw_alias
    from input_rows
),

alias_lists as (
    select
        raw_aliases,
        list_sort(list(distinct normalise_tag(raw_alias))) as aliases
    from alias_rows
    group by raw_aliases
),

numbered as (
    select
        input_rows.raw_tag,
        input_rows.tag,
        input_rows.category,
        input_rows.definition,
        list_filter(
            coalesce(alias_lists.aliases, []),
            lambda x: x not in ('', input_rows.tag)  -- noqa: RF02
        ) as aliases,
        input_rows.parent,
        input_rows.notes,
        row_number() over (
            partition by input_rows.tag
            order by
                (input_rows.definition is null) asc,
                len(input_rows.raw_aliases) desc,
                input_rows.category asc nulls last,
                input_rows.definition asc,
                input_rows.raw_tag asc,
                input_rows.raw_aliases asc,
                input_rows.parent asc,
                input_rows.notes asc
        ) as tag_number
    from input_rows
    left join alias_lists on input_rows.raw_aliases = alias_lists.raw_aliases
),

final as (
    select
        raw_tag,
        tag,
        category,
        definition,
        aliases,
        parent,
        notes,
        case
            when tag is null then 'tag is empty or has no letter or digit'
            when tag_number > 1 then 'tag occurs twice in the schema; remove one row'
        end as rejected_reason
    from numbered
)

select * from final
