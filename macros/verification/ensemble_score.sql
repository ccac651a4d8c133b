{#-
  One score from the scores of several paths, in [0, 1] (paper, section 2.2). noisy_or is the
  probability that at least one path is right: 1 - product of (1 - weight * score), here as a sum
  of logarithms, so that row order does not matter. Rounded to 9 places, so that equal scores
  compare equal and the position in the answer breaks ties.
-#}
{% macro ensemble_score(score, weight) -%}
    {%- set method = var("ensemble_method") -%}
    {%- if method == "noisy_or" -%}
    round(1 - exp({{ exact_sum("ln(greatest(1 - " ~ weight ~ " * " ~ score ~ ", 1e-15))") }}), 9)
    {%- elif method == "mean" -%}
    round({{ exact_sum(weight ~ " * " ~ score) }} / {{ exact_sum(weight) }}, 9)
    {%- else -%}
    round(max({{ weight }} * {{ score }}), 9)
    {%- endif -%}
{%- endmacro %}
