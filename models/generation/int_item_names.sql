-- Names that are not tags of an item: its title, its people and the proper nouns of its
-- story. A proper noun is always capitalised in summary and synopsis, and at least once
-- within a sentence. Small models return characters' names whatever the prompt says.
with

items as (
    select * from {{ ref("stg_items") }}
),

split as (
    select
        item_id,
        regexp_extract_all(concat_ws(' ', summary, synopsis), '\S+') as story_words
    from items
),

within_sentences as (
    select
        item_id,
        unnest(story_words[2:]) as story_word,
        unnest(story_words[1:-2]) as word_before
    from split
    where len(story_words) > 1
),

distinct_words as (
    select distinct
        story_word,
        regexp_replace(story_word, '[''’]s\W*$', '') as stem
    from within_sentences
),

spelled as (
    select
        story_word,
        normalise_tag(stem) as word,
        regexp_matches(stem, '^[^\pL]*\p{Lu}') as has_capital
    from distinct_words
),

words_of_item as (
    select
        within_sentences.item_id,
        spelled.word
    from within_sentences
    inner join spelled on within_sentences.story_word = spelled.story_word
    where spelled.word <> ''
    group by within_sentences.item_id, spelled.word
    having
        bool_and(spelled.has_capital)
        and bool_or(
            not regexp_matches(within_sentences.word_before, '[.!?:"“”…]["”)]*$')
        )
),

proper_nouns as (
    select
        item_id,
        list_sort(list(word)) as proper_nouns
    from words_of_item
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
        ) as people
    from given_names
    inner join name_spellings on given_names.given_name = name_spellings.given_name
    group by given_names.item_id
),

final as (
    select
        items.item_id,
        coalesce(names_of_item.titles, []) as titles,
        coalesce(names_of_item.people, []) as people,
        coalesce(proper_nouns.proper_nouns, []) as proper_nouns
    from items
    left join names_of_item on items.item_id = names_of_item.item_id
    left join proper_nouns on items.item_id = proper_nouns.item_id
)

select * from final
