-- Names that are not tags of an item: its title, its people and the proper nouns of its
-- whole story. Small models return characters' names whatever the prompt says. The
-- catalogue tells a name from a word where only sentences begin with it.
with

items as (
    select * from {{ ref("stg_items") }}
),

base_tag_words as (
    select distinct
        unnest(string_split(concat_ws(' ', tag, array_to_string(aliases, ' ')), ' '))
            as word
    from {{ ref("stg_base_tags") }}
),

split as (
    select
        item_id,
        -- "home.Anna" is a sentence that ends and one that begins.
        regexp_extract_all(
            regexp_replace(
                concat_ws(' ', summary, synopsis), '(\p{Ll}[.!?])(\p{Lu})', '\1 \2', 'g'
            ),
            '\S+'
        ) as story_words
    from items
),

said as (
    select
        item_id,
        unnest(story_words) as story_word,
        unnest(list_prepend('.', story_words[1:-2])) as word_before,
        unnest(list_append(story_words[2:], '.')) as word_after
    from split
    where len(story_words) > 0
),

distinct_words as (
    select distinct
        story_word,
        regexp_replace(story_word, '[''’]s\W*$', '') as stem
    from said
),

spelled as (
    select
        story_word,
        string_split(normalise_tag(stem), ' ') as words,
        regexp_matches(stem, '^[^\pL]*\p{Lu}') as has_capital
    from distinct_words
),

occurrences as (
    select
        said.item_id,
        unnest(spelled.words) as word,
        spelled.has_capital,
        len(spelled.words) = 1
        and not regexp_matches(said.word_before, '[.!?:…]["”)]*$|^["“”]+$')
            as is_within_sentence,
        len(spelled.words) > 1
        or regexp_matches(said.story_word || ' ' || said.word_after, '^\pL+ \p{Lu}')
            as is_part_of_a_name,
        suffix(said.story_word, ',') as is_before_comma
    from said
    inner join spelled on said.story_word = spelled.story_word
),

words_of_item as (
    select
        item_id,
        word,
        bool_and(has_capital) as is_always_capitalised,
        bool_or(is_within_sentence) as is_within_sentence,
        bool_or(is_part_of_a_name) as is_part_of_a_name,
        bool_or(is_before_comma) as is_before_comma,
        count_if(not has_capital) as n_small,
        count_if(has_capital and is_within_sentence) as n_capitalised
    from occurrences
    where word <> ''
    group by item_id, word
),

-- Names of persons are in few items; a language or a feast is in many.
words_of_catalogue as (
    select
        words_of_item.word,
        base_tag_words.word is null
        and sum(words_of_item.n_small) * 20 <= sum(words_of_item.n_capitalised)
            as is_name,
        count(*) <= greatest(2, 0.005 * (select count(*) from items)) as is_rare
    from words_of_item
    left join base_tag_words on words_of_item.word = base_tag_words.word
    group by words_of_item.word, base_tag_words.word
),

-- Of "Walter White wants" the first word is a proper noun by what follows, of "Yoon
-- Se-ri" by its hyphen, of "Simin wants" perhaps, of "Ofelia, a girl" more likely.
capitalised as (
    select
        words_of_item.item_id,
        words_of_item.word,
        words_of_item.is_before_comma,
        words_of_item.is_within_sentence or words_of_item.is_part_of_a_name
            as is_proper_noun,
        words_of_catalogue.is_name and words_of_catalogue.is_rare as is_rare_name
    from words_of_item
    inner join words_of_catalogue on words_of_item.word = words_of_catalogue.word
    where
        words_of_item.is_always_capitalised
        and (words_of_item.is_within_sentence or words_of_catalogue.is_name)
),

words_by_kind as (
    select
        item_id,
        list_sort(list(word) filter (where is_proper_noun)) as proper_nouns,
        list_sort(list(word) filter (where is_proper_noun and is_rare_name))
            as rare_names,
        list_sort(list(word) filter (where not is_proper_noun)) as first_words,
        list_sort(list(word) filter (where not is_proper_noun and is_before_comma))
            as introduced_words
    from capitalised
    group by item_id
),

given_names as (
    select
        item_id,
        'title' as kind,
        unnest([title, original_title]) as given_name
    from items
    union all
    select
        item_id,
        'person' as kind,
        unnest(people) as given_name
    from items
    union all
    select
        item_id,
        'country' as kind,
        unnest(countries) as given_name
    from items
),

distinct_names as (
    select distinct given_name from given_names
),

name_spellings as (
    select
        given_name,
        normalise_tag(given_name) as tag
    from distinct_names
    where given_name is not null
),

names_of_item as (
    select
        given_names.item_id,
        list_sort(
            list(distinct name_spellings.tag) filter (where given_names.kind = 'title')
        ) as titles,
        list_sort(
            list(distinct name_spellings.tag) filter (where given_names.kind = 'person')
        ) as people,
        list_sort(
            list(distinct name_spellings.tag)
            filter (where given_names.kind = 'country')
        ) as countries
    from given_names
    inner join name_spellings on given_names.given_name = name_spellings.given_name
    group by given_names.item_id
),

final as (
    select
        items.item_id,
        coalesce(names_of_item.titles, []) as titles,
        coalesce(names_of_item.people, []) as people,
        coalesce(names_of_item.countries, []) as countries,
        coalesce(words_by_kind.proper_nouns, []) as proper_nouns,
        coalesce(words_by_kind.rare_names, []) as rare_names,
        coalesce(words_by_kind.first_words, []) as first_words,
        coalesce(words_by_kind.introduced_words, []) as introduced_words
    from items
    left join names_of_item on items.item_id = names_of_item.item_id
    left join words_by_kind on items.item_id = words_by_kind.item_id
)

select * from final
