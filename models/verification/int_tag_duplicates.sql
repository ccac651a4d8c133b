-- Tags that say again what a better tag or a genre of the item says. In rank order: a
-- tag that is one itself makes no other one.
with

tags as (
    select
        scored.item_id,
        scored.tag,
        scored.status,
        scored.category,
        cast(row_number() over (
            partition by scored.item_id
            order by {{ tag_order("scored.score", "scored.position", "scored.tag") }}
        ) as integer) as tag_rank
    from {{ ref("int_tags_concatenated") }} as scored
    where scored.bar_reason is null
),

embeddings as (
    select * from {{ ref("int_tag_embeddings") }}
),

base_tag_names as (
    select * from {{ ref("int_base_tag_names") }}
),

genres as (
    select
        item_id,
        normalise_tag(unnest(genres)) as genre
    from {{ ref("stg_items") }}
    where not {{ var("genre_tags") }}
),

item_genres as (
    select
        genres.item_id,
        list(base_tag_names.base_tag) as base_tags,
        string_split(string_agg(genres.genre, ' '), ' ') as singular_words,
        list_concat(
            singular_words,
            list_transform(singular_words, lambda word: word || 's')  -- noqa: RF02
        ) as words
    from genres
    left join base_tag_names
        on genres.genre = base_tag_names.name
    group by genres.item_id
),

-- Vectors are on a grid: their products are exact in doubles, on any processor.
embedded as (
    select
        tags.item_id,
        tags.tag,
        tags.status,
        tags.category,
        tags.tag_rank,
        cast(embeddings.embedding as double[]) as embedding
    from tags
    inner join embeddings
        on tags.tag = embeddings.text
    where {{ var("semantic_dedup_threshold") }} <= 1
),

-- Two years or two base tags of a category are near, but not the same.
compared as (
    select
        better.item_id,
        better.tag_rank as better_rank,
        worse.tag_rank as worse_rank,
        better.tag as better_tag,
        round(list_inner_product(better.embedding, worse.embedding), 6) as similarity
    from embedded as better
    inner join embedded as worse
        on
            better.item_id = worse.item_id
            and better.tag_rank < worse.tag_rank
    where
        not regexp_matches(better.tag || worse.tag, '\d')
        and (
            better.status = 'novel'
            or worse.status = 'novel'
            or better.category <> worse.category
        )
),

-- Genres come before all tags; "crime thrillers" says two of them.
pairs as (
    select
        tags.item_id,
        0 as better_rank,
        tags.tag_rank as worse_rank,
        '' as better_tag,
        cast(1 as double) as similarity
    from tags
    inner join item_genres
        on tags.item_id = item_genres.item_id
    where
        list_contains(item_genres.base_tags, tags.tag)
        or list_has_all(item_genres.words, string_split(tags.tag, ' '))
    union all
    select
        item_id,
        better_rank,
        worse_rank,
        better_tag,
        similarity
    from compared
    where similarity >= {{ var("semantic_dedup_threshold") }}
),

-- (SQLFluff cannot parse a lambda with two parameters.)
folded as (
    select
        item_id,
        {{ dropped_ranks("better_rank", "worse_rank") }} as dropped_ranks  -- noqa: PRS
    from pairs
    group by item_id
),

survivors as (
    select
        pairs.item_id,
        pairs.worse_rank,
        min(pairs.better_rank) = 0 as is_genre,
        arg_min(pairs.better_tag, pairs.better_rank) as survivor_tag,
        arg_min(pairs.similarity, pairs.better_rank) as survivor_similarity
    from pairs
    inner join folded
        on pairs.item_id = folded.item_id
    where not list_contains(folded.dropped_ranks, pairs.better_rank)
    group by pairs.item_id, pairs.worse_rank
),

final as (
    select
        tags.item_id,
        tags.tag,
        survivors.is_genre,
        if(survivors.is_genre, null, survivors.survivor_tag) as survivor_tag,
        if(survivors.is_genre, null, survivors.survivor_similarity)
            as survivor_similarity
    from tags
    inner join survivors
        on
            tags.item_id = survivors.item_id
            and tags.tag_rank = survivors.worse_rank
)

select * from final
