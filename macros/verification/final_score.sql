{#-
  The score that tags are ranked by, in [0, 1]: the weighted sum of four parts (the weights sum to
  1). Without evaluators a novel tag has neither evaluation score nor agreement, and they count 0.
  Rounded to 9 places, so that equal scores compare equal and the position breaks ties.
-#}
{% macro final_score(ensemble_score="ensemble_score") -%}
    round(
        {{ var("weight_ensemble") }} * {{ ensemble_score }}
        + {{ var("weight_evaluation") }} * coalesce(evaluation_score, 0)
        + {{ var("weight_agreement") }} * coalesce(agreement, 0)
        + {{ var("weight_specificity") }} * specificity,
        9
    )
{%- endmacro %}
