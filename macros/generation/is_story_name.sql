{#-
  Whether a generated tag names somebody of the story (docs/decisions/0003); reads the relations
  questions, spellings and item_names in scope. A setting may be a real place or a country of the
  item, alone or behind words ("streets of paris", not "jack london"), and only a rare name makes
  it none: "royal mint" is made of words of other items.
-#}
{% macro is_story_name() -%}
    {%- set is_setting = "questions.category = 'setting'" -%}
    {%- set words, owners = "spellings.words", "spellings.owners" -%}
    {%- set proper_nouns, rare_names = "item_names.proper_nouns", "item_names.rare_names" -%}
    {%- set first_words = "item_names.first_words" -%}
    {%- set introduced_words = "item_names.introduced_words" -%}
    {%- set is_place -%}
        spellings.words_before_place <> {{ words }}
        and not list_has_any({{ proper_nouns }}, spellings.words_before_place)
    {%- endset -%}
    not (
        {{ is_setting }}
        and ({{ is_place }} or list_contains(item_names.countries, spellings.tag))
    )
    and (
        -- "jesse pinkman"
        list_has_all({{ proper_nouns }}, {{ words }})
        and (not {{ is_setting }} or list_has_any({{ rare_names }}, {{ words }}))
        -- "walt white" of Walter White
        or (
            list_has_any({{ proper_nouns }}, {{ words }})
            and list_has_all(
                list_concat({{ proper_nouns }}, list_filter(
                    {{ words }},
                    lambda word: length(word) >= 4
                    and contains(' ' || array_to_string({{ rare_names }}, ' '), ' ' || word)
                    and not list_contains({{ rare_names }}, word || 's')
                )),
                {{ words }}
            )
            and not list_has_all({{ proper_nouns }}, {{ words }})
        )
        -- "Will Ashby" although "will" is a word
        or (
            questions.category = 'character'
            and regexp_matches(spellings.name, '^\s*\p{Lu}\S*(\s+\p{Lu}\S*)+\s*$')
            and list_contains({{ proper_nouns }}, {{ words }}[-1])
        )
        -- "jesse's cook"
        or (not {{ is_setting }} and list_has_any({{ rare_names }}, {{ owners }}))
        -- "captain vidal", "caves of winden", "mad max" of "Mad Max: Fury Road"
        or (
            not ({{ is_place }})
            and (
                questions.category in ('setting', 'character')
                and list_contains({{ rare_names }}, {{ words }}[-1])
                or list_contains(
                    list_concat({{ rare_names }}, {{ introduced_words }}), {{ words }}[-1]
                )
                and contains(array_to_string(item_names.titles, ' '), spellings.tag)
            )
        )
        -- "Simin" of "Simin wants", if written like a name; "ofelia" as a character
        or (
            list_has_any({{ first_words }}, {{ words }})
            and list_has_all(list_concat({{ proper_nouns }}, {{ first_words }}), {{ words }})
            and (
                regexp_matches(spellings.name, '^\s*\p{Lu}')
                or questions.category = 'character'
                and list_has_any({{ introduced_words }}, {{ words }})
            )
        )
    )
{%- endmacro %}
