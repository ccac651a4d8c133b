{#-
  Selects the base tag of each text: exact beats alias beats spelling beats meaning, ties by base tag.
  A text that is a base tag, an alias of one or a misspelling of either has similarity 1.
-#}
{% macro base_tag_found(texts, names, spellings, neighbours) -%}
    select
        tag,
        base_tag,
        similarity,
        match_kind
    from (
        select
            texts.tag,
            names.base_tag,
            cast(1 as double) as similarity,
            case when names.is_base_tag then 'exact' else 'alias' end as match_kind,
            case when names.is_base_tag then 1 else 2 end as precedence
        from {{ texts }} as texts
        inner join {{ names }} as names
            on texts.tag = names.name
        union all
        select
            tag,
            base_tag,
            cast(1 as double) as similarity,
            'spelling' as match_kind,
            3 as precedence
        from {{ spellings }}
        union all
        select
            tag,
            base_tag,
            similarity,
            'semantic' as match_kind,
            4 as precedence
        from {{ neighbours }}
    )
    qualify
        row_number() over (
            partition by tag
            order by precedence, base_tag
        ) = 1
{%- endmacro %}
