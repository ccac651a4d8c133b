{#-
  One score out of the scores of several paths, in [0, 1] (paper, section 2.2). Factors are sorted
  before they meet, and the result is rounded to 9 places, so that neither the number of threads
  nor the order of rows decides which of two equal candidates comes first.
-#}
{% macro ensemble_score(score, weight) -%}
    {%- set method = var("ensemble_method") -%}
    {%- if method == "noisy_or" -%}
    round(1 - list_product(list_sort(list(1 - {{ weight }} * {{ score }}))), 9)
    {%- elif method == "mean" -%}
    round(
        list_sum(list_sort(list({{ weight }} * {{ score }})))
        / list_sum(list_sort(list({{ weight }}))),
        9
    )
    {%- else -%}
    round(max({{ weight }} * {{ score }}), 9)
    {%- endif -%}
{%- endmacro %}
