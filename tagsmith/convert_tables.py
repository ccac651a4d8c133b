"""The SQL of `tagsmith convert`: from the publishers' files to its tables."""

from __future__ import annotations

__all__ = ["LEFT_OUT", "OUTPUTS", "STEPS"]

OUTPUTS = ("items", "plots", "human_tags", "ratings")
# Maximum length of a synopsis, in characters.
_PLOT_LENGTH = 8000
_N_CAST = 5
_GENRES = (
    "action", "adventure", "animation", "biography", "children", "comedy", "crime", "documentary",
    "drama", "family", "fantasy", "film noir", "film-noir", "foreign", "history", "horror",
    "music", "musical", "mystery", "romance", "romantic", "romantic comedy", "sci-fi",
    "science fiction", "suspense", "thriller", "tv movie", "war", "western",
)  # fmt: skip

STEPS = (
    # '862', '862.0' and ' 862' are one id; a date or a word is not an id.
    "create macro id_of(text) as try_cast(try_cast(text as double) as bigint)",
    """
    create macro named(text) as
        nullif(list_transform(from_json(text, '[{"name":"VARCHAR"}]'), lambda x: x.name), [])
    """,
    # A film in both forms comes from The Movies Dataset, which has IMDb ids.
    """
    create table tmdb_films as
    select 1 as form, line, id_of(id) as item_id, nullif(imdb_id, '') as imdb_id,
        * exclude (line, id, imdb_id)
    from tmdb_movies
    union all by name
    select 2 as form, line, id_of(id) as item_id, * exclude (line, id, keywords)
    from tmdb_5000_movies
    """,
    """
    create table films as
    from tmdb_films
    where item_id is not null
    qualify row_number() over (partition by item_id order by form, line) = 1
    """,
    f"""
    create table people as
    with

    credits as (
        select 1 as form, line, id_of(id) as item_id, "cast", crew from tmdb_credits
        union all
        select 2, line, id_of(movie_id), "cast", crew from tmdb_5000_credits
    ),

    one_row as (
        from credits
        where item_id is not null
        qualify row_number() over (partition by item_id order by form, line) = 1
    )

    select
        item_id,
        list_filter(
            from_json(crew, '[{{"name":"VARCHAR","job":"VARCHAR"}}]'),
            lambda x: x.job = 'Director'
        ) as directors,
        named("cast")[:{_N_CAST}] as top_cast
    from one_row
    """,
    """
    create table linked as
    select
        id_of(movieId) as movielens_id, id_of(tmdbId) as item_id,
        'tt' || lpad(imdbId, greatest(7, length(imdbId))::integer, '0') as imdb_id
    from ml_links
    where id_of(movieId) is not null and id_of(tmdbId) is not null
    """,
    # "Matrix, The (1999)" becomes "The Matrix".
    r"""
    create table ml_films as
    select
        linked.item_id, linked.movielens_id, linked.imdb_id,
        regexp_replace(
            regexp_replace(trim(ml_movies.title), '\s*\(\d{4}\)$', ''),
            '^(.*), (The|A|An)$', '\2 \1'
        ) as title,
        if(starts_with(ml_movies.genres, '('), null, string_split(ml_movies.genres, '|')) as genres
    from linked
    left join ml_movies on linked.movielens_id = id_of(ml_movies.movieId)
    qualify row_number() over (partition by linked.item_id order by linked.movielens_id) = 1
    """,
    """
    create table all_items as
    select
        coalesce(films.item_id, ml_films.item_id) as item_id,
        coalesce(films.imdb_id, ml_films.imdb_id) as imdb_id,
        ml_films.movielens_id,
        coalesce(nullif(films.title, ''), ml_films.title) as title,
        films.original_title, films.original_language,
        try_cast(films.release_date as date) as release_date,
        nullif(trim(films.overview), '') as overview,
        coalesce(named(films.genres), ml_films.genres) as genres,
        named(films.production_countries) as countries,
        list_aggregate(list_transform(people.directors, lambda x: x.name), 'string_agg', ', ')
            as director,
        people.top_cast,
        if(posters.item_id is null, null, 'posters/' || posters.item_id || '.jpg') as poster_file
    from films
    full join ml_films on films.item_id = ml_films.item_id
    left join people on coalesce(films.item_id, ml_films.item_id) = people.item_id
    left join posters on coalesce(films.item_id, ml_films.item_id) = posters.item_id
    """,
    "create table items as from all_items where title is not null",
    """
    create table mpst_films as
    select items.item_id, mpst.*
    from mpst
    inner join items on mpst.imdb_id = items.imdb_id
    qualify row_number() over (partition by mpst.imdb_id order by mpst.line, items.item_id) = 1
    """,
    f"""
    create table plots as
    select item_id, imdb_id, plot_synopsis[:{_PLOT_LENGTH}] as plot
    from mpst_films
    where plot_synopsis <> ''
    """,
    """
    create table said as
    select id_of(id) as item_id, unnest(named(keywords)) as keyword, 'tmdb' as source,
        null as user_id
    from tmdb_keywords
    union all
    select id_of(id), unnest(named(keywords)), 'tmdb', null from tmdb_5000_movies
    union all
    select linked.item_id, ml_tags.tag, 'movielens', ml_tags.userId
    from ml_tags
    inner join linked on id_of(ml_tags.movieId) = linked.movielens_id
    union all
    select item_id, unnest(string_split(tags, ',')), 'mpst', null from mpst_films
    """,
    "create table famous as "
    "select lower(unnest(list_transform(directors, lambda x: x.name))) as name from people "
    "union select lower(unnest(top_cast)) from people",
    rf"""
    create table human_tags as
    with

    folded as (
        select item_id, lower(trim(keyword)) as keyword, source,
            nullif(count(distinct user_id), 0) as n_users
        from said
        where trim(keyword) <> '' and item_id in (select item_id from items)
        group by all
    )

    select
        item_id, keyword, source, n_users,
        case
            when regexp_matches(keyword, '^[0-9]{{3,4}}s$|[0-9](st|nd|rd|th) century$')
                then 'time'
            when keyword in {_GENRES} then 'genre'
            when regexp_matches(
                keyword, '\boscars?\b.*(award|\(|nominat)|academy award|imdb top|palme d.or'
            ) then 'award'
            when source = 'movielens' and regexp_matches(
                keyword, 'netflix|^r:|\bdvd\b|\bseen\b'
            ) then 'noise'
            when source = 'movielens' and regexp_matches(
                keyword, '^(awesome|boring|overrated|stupid|great movie)$|^stupid '
            ) then 'opinion'
            when contains(keyword, ' ') and keyword in (select name from famous) then 'person'
            else 'content'
        end as kind
    from folded
    """,
    """
    create table ratings as
    with

    typed as (
        select
            try_cast(ml_ratings.userId as integer) as user_id, linked.item_id,
            try_cast(ml_ratings.rating as float) as rating,
            to_timestamp(try_cast(ml_ratings.timestamp as bigint)) as ts
        from ml_ratings
        inner join linked on id_of(ml_ratings.movieId) = linked.movielens_id
    )

    from typed
    where
        user_id is not null and rating is not null and ts is not null
        and item_id in (select item_id from items)
    """,
)

_UNREAD = "select count(*) from {table} where {column} = 'null'"
_NO_ITEM = """
    select count(*) - count(distinct id_of({column}))
        filter (id_of({column}) in (select item_id from items))
    from {table}
    where id_of({column}) is not null
"""
# Rows that the steps above skip, counted by reason.
LEFT_OUT = {
    "movies_metadata.csv: rows whose id is not a number":
        "select count(*) from tmdb_films where form = 1 and item_id is null",
    "tmdb_5000_movies.csv: rows whose id is not a number":
        "select count(*) from tmdb_films where form = 2 and item_id is null",
    "movies_metadata.csv: rows with a duplicate id":
        "select count(*) - count(distinct item_id) from tmdb_films "
        "where form = 1 and item_id is not null",
    "tmdb_5000_movies.csv: rows with a duplicate id":
        "select count(*) - count(distinct item_id) from tmdb_films "
        "where form = 2 and item_id is not null",
    "keywords.csv: rows whose id is not a number":
        "select count(*) from tmdb_keywords where id_of(id) is null",
    "credits.csv: rows whose id is not a number":
        "select count(*) from tmdb_credits where id_of(id) is null",
    "tmdb_5000_credits.csv: rows whose movie_id is not a number":
        "select count(*) from tmdb_5000_credits where id_of(movie_id) is null",
    "keywords.csv: films that are not items":
        "select count(*) from tmdb_keywords where id_of(id) is not null "
        "and id_of(id) not in (select item_id from items)",
    "credits.csv: duplicate rows, or rows of a film that is not an item":
        _NO_ITEM.format(table="tmdb_credits", column="id"),
    "tmdb_5000_credits.csv: duplicate rows, or rows of a film that is not an item":
        _NO_ITEM.format(table="tmdb_5000_credits", column="movie_id"),
    "films without a title": "select count(*) from all_items where title is null",
    "links.csv: films without a tmdbId":
        "select count(*) - (select count(*) from linked) from ml_links",
    "ratings.csv: rows of a film without a tmdbId or title, or without a readable number":
        "select count(*) - (select count(*) from ratings) from ml_ratings",
    "tags.csv: rows of a film without a tmdbId or title":
        "select count(*) - (select count(*) from said semi join items using (item_id) "
        "where source = 'movielens') from ml_tags",
    "mpst_full_data.csv: duplicate films, or films whose imdb_id matches no item":
        "select count(*) - (select count(*) from mpst_films) from mpst",
    **{
        f"{file}: unreadable lists in {column}": _UNREAD.format(table=table, column=column)
        for file, table, column in (
            ("movies_metadata.csv", "tmdb_movies", "genres"),
            ("movies_metadata.csv", "tmdb_movies", "production_countries"),
            ("tmdb_5000_movies.csv", "tmdb_5000_movies", "genres"),
            ("tmdb_5000_movies.csv", "tmdb_5000_movies", "production_countries"),
            ("tmdb_5000_movies.csv", "tmdb_5000_movies", "keywords"),
            ("keywords.csv", "tmdb_keywords", "keywords"),
            ("credits.csv", "tmdb_credits", '"cast"'),
            ("credits.csv", "tmdb_credits", "crew"),
            ("tmdb_5000_credits.csv", "tmdb_5000_credits", '"cast"'),
            ("tmdb_5000_credits.csv", "tmdb_5000_credits", "crew"),
        )
    },
}  # fmt: skip
