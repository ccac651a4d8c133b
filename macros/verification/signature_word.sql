{#-
  Word number `word` (0 to 3) of a trigram list's bit signature: each trigram sets one of 248 bits.
  Two lists differ in at least as many trigrams as their signatures differ in bits.
-#}
{% macro signature_word(trigrams, word) -%}
    list_bit_or(
        list_transform(
            {{ trigrams }},
            lambda trigram: case
                when (hash(trigram) // 62) % 4 = {{ word }}
                    then cast(1 as bigint) << cast(hash(trigram) % 62 as integer)
                else cast(0 as bigint)
            end
        )
    )
{%- endmacro %}
