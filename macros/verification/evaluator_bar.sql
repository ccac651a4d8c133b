{#-
  The score above which an evaluator says Yes (paper, section 2.2): beta for lenient, 1 - beta for
  strict. Rounded, since 1 - 0.9 is not 0.1 in binary.
-#}
{% macro evaluator_bar(evaluator) -%}
    case {{ evaluator }}
        when 'lenient' then cast({{ var("beta") }} as double)
        when 'strict' then round(1 - cast({{ var("beta") }} as double), 9)
    end
{%- endmacro %}
