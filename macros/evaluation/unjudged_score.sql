{#-
  final_score without what the evaluators give: ensemble score and specificity, their weights
  scaled to sum to 1 (the ensemble score alone where both are 0). Rounded to 9 places, as there.
-#}
{% macro unjudged_score(ensemble_score="ensemble_score") -%}
    {%- set ensemble = var("weight_ensemble") | float -%}
    {%- set specificity = var("weight_specificity") | float -%}
    {%- if ensemble + specificity == 0 -%}
    {{ ensemble_score }}
    {%- else -%}
    round(
        ({{ ensemble }} * {{ ensemble_score }} + {{ specificity }} * specificity)
        / {{ ensemble + specificity }},
        9
    )
    {%- endif -%}
{%- endmacro %}
