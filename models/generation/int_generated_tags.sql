-- Tags of all answers as the model gave them, with the reason for each rejected one.
-- Items with equal texts share a question: parse its answer once, join it to each item.
with

questions as (
    select * from {{ ref("int_generation_questions") }}
),

answers as (
    select distinct
        question_key,
        answer
    from {{ ref("int_generation_answers") }}
    where status = 'answered'
),

paths as (
    select * from {{ ref("stg_tag_categories") }}
),

item_names as (
    select * from {{ ref("int_item_names") }}
),

schema_tags as (
    select distinct name as tag
    from {{ ref("int_base_tag_names") }}
),

description_words as (
    select list(word) as words from {{ ref("stg_description_words") }}
),

elements as (
    select
        question_key,
        unnest(cast(answer as json[])) as element,
        generate_subscripts(cast(answer as json[]), 1) as position
    from answers
),

named as (
    select
        question_key,
        cast(position as integer) as position,
        case when json_type(element, '$.name') = 'VARCHAR' then element ->> '$.name' end
            as name,
        element ->> '$.score' as score_text,
        case
            when json_type(element, '$.score') in ('DOUBLE', 'UBIGINT', 'BIGINT')
                then try_cast(element ->> '$.score' as double)
        end as path_score
    from elements
),

distinct_names as (
    select distinct name from named
    where name is not null
),

spellings as (
    select
        name,
        normalise_tag(name) as tag,
        string_split(tag, ' ') as words,
        string_split(without_places(tag), ' ') as words_before_place,
        list_transform(
            regexp_extract_all(name, '(\pL+)[''’]s\b', 1), lambda owner: lower(owner)
        ) as owners
    from distinct_names
),

judged as (
    select
        questions.item_id,
        questions.path,
        questions.question_key,
        questions.weight,
        questions.role as modality,
        questions.category,
        paths.level,
        named.position,
        named.name,
        spellings.tag,
        named.path_score,
        named.score_text,
        case
            when named.name is null then 'no name'
            when spellings.tag = '' then 'no letter or digit in the name'
            when length(spellings.tag) > {{ var("max_tag_length") }} then 'too long'
            when named.position > paths.max_tags then 'more tags than asked for'
            when named.score_text is null then 'no score'
            when named.path_score is null then 'score is no number'
            when named.path_score < 0 or named.path_score > 1 then 'score out of [0, 1]'
            when
                questions.input_form = 'description'
                and list_has_all(
                    description_words.words, string_split(spellings.tag, ' ')
                )
                then 'words of the poster description'
            when list_contains(item_names.titles, spellings.tag) then 'the title itself'
            when list_contains(item_names.people, spellings.tag)
                then 'a name of its people'
            when
                schema_tags.tag is null
                and ({{ is_story_name() }})
                then 'a name in its story'
        end as rejected_reason
    from named
    inner join questions on named.question_key = questions.question_key
    inner join paths on questions.path = paths.path
    cross join description_words
    left join spellings on named.name = spellings.name
    left join item_names on questions.item_id = item_names.item_id
    left join schema_tags on spellings.tag = schema_tags.tag
),

final as (
    select
        question_key,
        position,
        item_id,
        path,
        modality,
        category,
        level,
        weight,
        name,
        tag,
        path_score,
        score_text,
        rejected_reason
    from judged
)

select * from final
