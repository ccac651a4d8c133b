{#-
  Why a single tag takes no place: the bars of tag_statuses, min_score and min_agreement; the first
  one counts.
-#}
{% macro bar_reason(tags) -%}
    case
        when not list_contains({{ text_values(var("tag_statuses")) }}, {{ tags }}.status)
            then {{ tags }}.status || ' tags take no place here (tag_statuses)'
        when {{ tags }}.score < {{ var("min_score") }}
            then 'its score is below {{ var("min_score") }} (min_score)'
        when {{ tags }}.agreement < {{ var("min_agreement") }}
            then 'too few evaluators accept it (min_agreement)'
    end
{%- endmacro %}
