{#-
  Score and weight of a path that was asked several times (var generation_samples), such that it
  counts as that many paths in the ensemble and stays one row. noisy_or: the weight is that of n
  paths which all name the tag for certain, 1 - (1 - weight)^n; the score is the evidence of the
  samples, 1 - product of (1 - weight * score), as a share of it. So weight * score is exactly what
  n paths would give, a score of 1 needs every sample, and one naming among several scores low.
  mean: the mean score, with the weight of each naming up to 1. max: repeating adds nothing.
-#}
{% macro samples_score(score, weight) -%}
    {%- set n = var("generation_samples") -%}
    {%- if n > 1 and var("ensemble_method") == "noisy_or" -%}
    round(least((1 - exp({{ exact_sum("ln(greatest(1 - " ~ weight ~ " * " ~ score ~ ", 1e-15))") }}))
        / (1 - power(1 - any_value({{ weight }}), {{ n }})), 1), 9)
    {%- elif n > 1 and var("ensemble_method") == "mean" -%}
    round({{ exact_sum(score) }} / count(*), 9)
    {%- else -%}
    max({{ score }})
    {%- endif -%}
{%- endmacro %}

{% macro samples_weight(weight) -%}
    {%- set n = var("generation_samples") -%}
    {%- if n > 1 and var("ensemble_method") == "noisy_or" -%}
    round(1 - power(1 - any_value({{ weight }}), {{ n }}), 9)
    {%- elif n > 1 and var("ensemble_method") == "mean" -%}
    least(count(*) * any_value({{ weight }}), 1)
    {%- else -%}
    any_value({{ weight }})
    {%- endif -%}
{%- endmacro %}
