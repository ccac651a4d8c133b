{#- A subquery with one row per column of an input whose values may be lost or cleaned: how many rows
    have a value, and how many values were lost, read by their year alone, placeholders or markup. -#}
{% macro column_counts(name, relation) %}
    {%- set renamed = {"text": "document_text"} if name == "documents" else {} -%}
    (
        with

        counted as (
            select
                count(*) as n_rows,
                unnest([
                    {%- for column, kind in declared_inputs()[name]["columns"].items()
                        if kind not in ["word", "raw", "id"] %}
                        {%- set value = adapter.quote(renamed.get(column, column)) %}
                        {
                            'column_name': '{{ column }}',
                            'n_read': count_if(
                                {{ "len(" ~ value ~ ") > 0" if kind == "list" else value ~ " is not null" }}
                            )
                        }{{ "," if not loop.last }}
                    {%- endfor %}
                ], recursive := true)
            from {{ relation }}
        ),

        noted as (
            select unnest(notes) as note
            from {{ relation }}
        ),

        summed as (
            select
                note.column_name as column_name,
                count_if(note.note = 'lost') as n_lost,
                count_if(note.note = 'year only') as n_year_only,
                count_if(note.note = 'placeholder') as n_placeholders,
                count_if(note.note = 'markup') as n_with_markup,
                min(note.reason) as reason,
                min(note.given) filter (where note.reason is not null) as example
            from noted
            group by note.column_name
        )

        select
            '{{ name }}' as input_name,
            counted.column_name,
            counted.n_rows,
            counted.n_read,
            coalesce(summed.n_lost, 0) as n_lost,
            coalesce(summed.n_year_only, 0) as n_year_only,
            coalesce(summed.n_placeholders, 0) as n_placeholders,
            coalesce(summed.n_with_markup, 0) as n_with_markup,
            summed.reason,
            summed.example
        from counted
        left join summed
            on counted.column_name = summed.column_name
    )
{% endmacro %}
