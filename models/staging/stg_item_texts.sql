-- The item as it is sent to a model: general metadata, then whole sentences that fit.
{% set limit = var("max_item_text_tokens") %}
{% set n_people = var("item_text_people") %}
with

items as (
    select * from {{ ref("stg_items") }}
),

heads as (
    select
        item_id,
        'Title: ' || title
        || coalesce(' (' || year(release_date) || ')', '')
        || case
            when len(countries) > 0
                then chr(10) || 'Countries: ' || array_to_string(countries, ', ')
            else ''
        end
        || case
            when len(genres) > 0
                then chr(10) || 'Genres: ' || array_to_string(genres, ', ')
            else ''
        end
        || case
            when {{ n_people }} > 0 and len(people) > 0
                then chr(10) || 'People: '
                    || array_to_string(people[1:{{ n_people }}], ', ')
            else ''
        end as head
    from items
),

parts as (
    select
        item_id,
        1 as part,
        {{ sentence_list("summary") }} as sentences
    from items
    union all
    select
        item_id,
        2 as part,
        {{ sentence_list("synopsis") }} as sentences
    from items
),

numbered as (
    select
        item_id,
        part,
        unnest(sentences) as sentence,
        generate_subscripts(sentences, 1) as sentence_number
    from parts
),

sentences as (
    select
        item_id,
        part,
        sentence_number,
        sentence,
        sum({{ estimated_tokens("sentence") }}) over (
            partition by item_id
            order by part, sentence_number
        ) as n_tokens_so_far
    from numbered
),

rooms as (
    select
        item_id,
        head,
        case
            when {{ limit }} > 0
                then greatest({{ limit }} - {{ estimated_tokens("head") }}, 30)
        end as n_tokens_free
    from heads
),

fitted as (
    select
        rooms.item_id,
        sentences.part,
        sentences.sentence_number,
        cast(
            rooms.n_tokens_free * length(sentences.sentence)
            / {{ estimated_tokens("sentences.sentence") }} as integer
        ) as n_fitting_characters,
        sentences.sentence,
        -- A first sentence over the limit is cut at a word end.
        case
            when
                rooms.n_tokens_free is null
                or sentences.n_tokens_so_far <= rooms.n_tokens_free
                then sentences.sentence
            when
                sentences.n_tokens_so_far
                = min(sentences.n_tokens_so_far) over (partition by rooms.item_id)
                then
                    regexp_replace(
                        left(sentences.sentence, n_fitting_characters), '\s\S*$', ''
                    )
        end as fitted_sentence,
        (fitted_sentence is distinct from sentences.sentence) as is_cut
    from rooms
    inner join sentences on rooms.item_id = sentences.item_id
),

bodies as (
    select
        item_id,
        trim(
            string_agg(fitted_sentence, '' order by sentence_number)
            filter (where part = 1)
        ) as summary,
        trim(
            string_agg(fitted_sentence, '' order by sentence_number)
            filter (where part = 2)
        ) as synopsis,
        trim(
            string_agg(sentence, '' order by part, sentence_number)
            filter (where is_cut)
        ) as unsent_text,
        bool_or(is_cut) as is_cut
    from fitted
    group by item_id
),

rendered as (
    select
        rooms.item_id,
        rooms.head || chr(10) || 'Summary: ' || bodies.summary as summed_up,
        coalesce(summed_up, rooms.head)
        || coalesce(chr(10) || 'Synopsis: ' || bodies.synopsis, '') as item_text,
        coalesce(summed_up, item_text) as opening,
        bodies.unsent_text,
        coalesce(bodies.is_cut, false) as is_cut
    from rooms
    left join bodies on rooms.item_id = bodies.item_id
),

final as (
    select
        item_id,
        item_text,
        opening,
        {{ estimated_tokens("item_text") }} as n_text_tokens,
        is_cut,
        unsent_text,
        sha256(item_text) as content_hash
    from rendered
)

select * from final
