{#-
  When an item appeared in the source. A created_at before the very first build tells when the
  film entered the catalogue, not how long Tagsmith let it wait.
-#}
{% macro appeared_at(created_at, first_seen_at) -%}
    case
        when {{ created_at }} >= min({{ first_seen_at }}) over ()
            then least({{ created_at }}, {{ first_seen_at }})
        else {{ first_seen_at }}
    end
{%- endmacro %}
