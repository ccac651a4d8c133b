{#- Whether a text only says that there is no value, as listed in the var placeholders. Words may be
    an id or, if spelled like one, the title of a film: "unknown", "None". -#}
{% macro is_placeholder(text, kind) %}
    {%- set texts = [] -%}
    {%- for one in var("placeholders") if kind != "id" or not one.isalpha() -%}
        {%- do texts.append(modules.re.escape(one)) -%}
    {%- endfor -%}
    {%- if not texts -%}{{ return("false") }}{%- endif -%}
    (
        regexp_full_match({{ text }}, {{ sql_text("(?i)(" ~ texts | join("|") ~ ")\\.*") }})
        {%- if kind == "title" %} and not regexp_full_match({{ text }}, '\p{Lu}\p{Ll}+'){% endif %}
    )
{% endmacro %}
