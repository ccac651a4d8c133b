-- What a generator is shown of an item beside its text: python_udfs/modalities.py.
{{ config(materialized="view") }}
with

final as (
    {%- for form in declared_forms() %}
        select
            item_id,
            '{{ form.modality }}' as modality,
            '{{ form.name }}' as input_form,
            ({{ form.content or "null" }})::varchar as input_content,
            {{ form.content_hash }} as input_hash,
            {{ form.sends_images }}::boolean as sends_images,
            {{ var(form.weights[0]) }}::double as sub_weight,
            {{ var(form.weights[1]) }}::double as broad_weight
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
