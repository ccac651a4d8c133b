-- Inputs of a generator besides the item text, declared in python_udfs/modalities.py.
{{ config(materialized="view") }}
with

final as (
    {%- for form in declared_forms() %}
        select
            item_id,
            '{{ form.modality }}' as modality,
            '{{ form.name }}' as input_form,
            cast({{ form.content or "null" }} as varchar) as input_content,
            {{ form.content_hash }} as input_hash,
            cast({{ form.sends_images }} as boolean) as sends_images,
            cast({{ var(form.weights[0]) }} as double) as sub_weight,
            cast({{ var(form.weights[1]) }} as double) as broad_weight
        from {{ ref(form.model) }}
        {%- if form.content %}
            where ({{ form.content }}) is not null
        {%- endif %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
