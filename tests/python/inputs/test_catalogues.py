"""Small files in the shapes of public catalogues, down to the text that is sent."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.python.inputs.reading import Reading

NETFLIX = {
    "show_id": "item_id", "description": "summary", "listed_in": "genres", "country": "countries",
    "cast": "people", "release_year": "release_date",
}  # fmt: skip
IMDB = {"tconst": "item_id", "primaryTitle": "title", "startYear": "release_date"}
TMDB = {"id": "item_id", "overview": "summary", "production_countries": "countries"}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def rejected(reading: Reading) -> set[tuple[str | None, str, str]]:
    rows = reading.table("stg_rejected_rows", "row_key", "column_name", "scope")
    return {(key, column, scope) for key, column, scope in rows}


def test_comma_lists_of_a_streaming_catalogue(tmp_path: Path) -> None:
    path = write(
        tmp_path / "shows.csv",
        "show_id,title,cast,country,release_year,listed_in,description\n"
        's1,Salt Road,"Ann Ode, Bo Lee","Chile, Peru",2019,"Dramas, Road Movies",Two drive south.\n'
        "s2,#Kelp & Co,,,2021,TV Comedies,A diver opens a bar.\n",
    )
    reading = Reading({"items_columns": NETFLIX, "item_text_people": 2}, items=path)
    assert reading.texts() == {
        "s1": "Title: Salt Road (2019)\nCountries: Chile, Peru\nGenres: Dramas, Road Movies\n"
        "People: Ann Ode, Bo Lee\nSummary: Two drive south.",
        "s2": "Title: #Kelp & Co (2021)\nGenres: TV Comedies\nSummary: A diver opens a bar.",
    }
    assert rejected(reading) == set()
    reading.check()
    assert "input items, column genres: lists separated by , (var items_read" in reading.said[0]


def test_pipes_and_the_placeholder_of_film_ratings(tmp_path: Path) -> None:
    path = write(
        tmp_path / "movies.csv",
        'movieId,title,genres\n1,"Bay, The (1995)",Drama|Sci-Fi\n2,Fog (2001),(no genres listed)\n',
    )
    ratings = write(
        tmp_path / "ratings.csv",
        "userId,movieId,rating,timestamp,event_type\n9,1,4.5,964982703,rate\n"
        "9,1.0,4.5,964982703000,like\n",
    )
    variables = {
        "items_columns": {"movieId": "item_id"},
        "interactions_columns": {"userId": "user_id", "movieId": "item_id", "rating": "value",
                                 "timestamp": "occurred_at"},
    }  # fmt: skip
    reading = Reading(variables, items=path, interactions=ratings)
    assert reading.texts() == {"1": "Title: Bay, The (1995)\nGenres: Drama, Sci-Fi"}
    assert rejected(reading) == {("2", "summary", "row")}
    found = reading.table("stg_interactions", "item_id", "event_type", "occurred_at::varchar")
    assert found == [
        ("1", "like", "2000-07-30 18:45:03"), ("1", "rate", "2000-07-30 18:45:03"),
    ]  # fmt: skip


def test_tabs_and_missing_values_of_a_title_list(tmp_path: Path) -> None:
    path = write(
        tmp_path / "titles.tsv",
        "tconst\tprimaryTitle\tstartYear\tgenres\tplot\n"
        'tt1\tThe "Old" Pier\t1994\tDrama,Thriller\t\\N\n'
        'tt2\t"Open Sea\t\\N\tShort\tA boat is lost.\n'
        "tt3\tNothing\t\\N\t\\N\t\\N\n",
    )
    columns = {**IMDB, "plot": "summary"}
    reading = Reading({"items_columns": columns}, items=path)
    assert reading.texts() == {
        "tt1": 'Title: The "Old" Pier (1994)\nGenres: Drama, Thriller',
        "tt2": 'Title: "Open Sea\nGenres: Short\nSummary: A boat is lost.',
    }
    assert rejected(reading) == {("tt3", "summary", "row")}


GENRES = '[{"id": 10, "name": "Action"}, {"id": 11, "name": "Science Fiction"}]'
COUNTRIES = '[{"iso_3166_1": "US", "name": "United States"}]'


@pytest.mark.parametrize("form", ["json text", "python text", "json", "parquet"])
def test_objects_in_lists_give_their_names(tmp_path: Path, form: str) -> None:
    genres, countries = json.loads(GENRES), json.loads(COUNTRIES)
    path = tmp_path / ("films.parquet" if form == "parquet" else "films.json")
    row = {"id": 862.0, "title": "Tide", "overview": "A storm.", "genres": genres}
    row |= {"production_countries": countries, "summary": "not this", "release_date": "2009-12-10"}
    if form == "json text":
        row |= {"genres": GENRES, "production_countries": COUNTRIES}
    elif form == "python text":
        row |= {"genres": repr(genres), "production_countries": repr(countries)}
    write(tmp_path / "films.json", json.dumps([row]))
    if form == "parquet":
        with duckdb.connect() as connection:
            films = connection.read_json(str(tmp_path / "films.json"))
            assert "STRUCT" in str(films.types[3])
            films.write_parquet(str(path))
    reading = Reading({"items_columns": TMDB}, items=path)
    assert reading.texts() == {
        "862": "Title: Tide (2009)\nCountries: United States\nGenres: Action, Science Fiction\n"
        "Summary: A storm."
    }
    assert reading.table("stg_items", "genres", "countries") == [
        (["Action", "Science Fiction"], ["United States"])
    ]


def test_an_object_without_a_name_is_not_sent_as_json(tmp_path: Path) -> None:
    path = write(
        tmp_path / "films.json",
        json.dumps([
            {"item_id": 1, "title": {"native": "바다", "english": "The Sea"}, "summary": "A storm.",
             "genres": [{"id": 1}, {"id": 2, "caption": "Drama"}], "poster_uri": {"m": "a.png"}},
        ]),
    )  # fmt: skip
    reading = Reading(items=path)
    assert reading.texts() == {"1": "Title: The Sea\nSummary: A storm."}
    assert rejected(reading) == {("1", "genres", "value"), ("1", "poster_uri", "value")}
    assert reading.table("stg_items", "poster_uri") == [(None,)]
    read = {"keys": {"genres": "caption", "title": "native", "poster_uri": "m"}}
    reading = Reading({"items_read": read}, items=path)
    assert reading.texts() == {"1": "Title: 바다\nGenres: Drama\nSummary: A storm."}
    assert reading.table("stg_items", "poster_uri") == [("a.png",)]


def test_markup_of_a_television_guide_and_its_unix_times(tmp_path: Path) -> None:
    summary = "<p>A pilot &amp; a <b>stowaway</b>.</p><p>Don&#39;t miss it.<br />New.</p>"
    path = write(
        tmp_path / "shows.json",
        json.dumps([
            {"id": 82, "name": "Fog", "genres": ["Drama"], "premiered": "2011-04-17",
             "summary": "<p>Old.</p>", "updated": 1704794100},
            {"id": 82, "name": "Fog", "genres": ["Drama"], "premiered": "2011-04-17",
             "summary": summary, "updated": 1704794122},
        ]),
    )  # fmt: skip
    columns = {"id": "item_id", "name": "title", "premiered": "release_date",
               "updated": "updated_at"}  # fmt: skip
    reading = Reading({"items_columns": columns}, items=path)
    assert reading.texts() == {
        "82": "Title: Fog (2011)\nGenres: Drama\nSummary: A pilot & a stowaway. Don't miss it. New."
    }
    reasons = reading.table("stg_rejected_rows", "reason")
    assert reasons == [("item_id occurs twice; only the newest updated_at counts",)]


@pytest.mark.parametrize(
    "placeholder",
    ["\\N", "nan", "NaN", "N/A", "NULL", "None", "-", "No overview found.", "no overview found",
     "\u200b", "\ufeff \u00a0", "<NA>", "Unknown"],
)  # fmt: skip
def test_a_placeholder_is_not_sent(tmp_path: Path, placeholder: str) -> None:
    path = write(
        tmp_path / "films.csv",
        f"item_id,title,summary,synopsis,genres\n1,Tide,{placeholder},{placeholder},{placeholder}\n"
        f'2,Fog,A storm.,{placeholder},"[""{placeholder}""]"\n'.replace('\\N"', '\\\\N"'),
    )
    reading = Reading(items=path)
    assert reading.texts() == {"2": "Title: Fog\nSummary: A storm."}
    assert rejected(reading) == {("1", "summary", "row")}


def test_placeholders_are_counted_and_may_be_others(tmp_path: Path) -> None:
    path = write(
        tmp_path / "films.csv",
        "item_id,title,summary,genres\n1,Tide,N/A,Drama\n2,Fog,<p>A storm.</p>,War\n",
    )
    columns = ("input_name", "column_name", "n_read", "n_placeholders", "n_with_markup")
    found = Reading(items=path).table("stg_input_columns", *columns)
    assert ("items", "summary", 1, 1, 1) in found
    reading = Reading({"placeholders": ["a storm."]}, items=path)
    assert reading.texts() == {"1": "Title: Tide\nGenres: Drama\nSummary: N/A",
                               "2": "Title: Fog\nGenres: War\nSummary: A storm."}  # fmt: skip


@pytest.mark.parametrize(
    "title", ["None", "Unknown", "Nan", "[REC]", "(500) Days", "{x}", "$", "1917"]
)
def test_a_title_is_a_title(tmp_path: Path, title: str) -> None:
    path = write(tmp_path / "films.csv", f"item_id,title,summary\n1,{title},A storm.\n")
    assert Reading(items=path).texts() == {"1": f"Title: {title}\nSummary: A storm."}


@pytest.mark.parametrize("title", ["nan", "NULL", "\\N", "N/A"])
def test_a_title_that_is_none_is_empty(tmp_path: Path, title: str) -> None:
    path = write(tmp_path / "films.csv", f"item_id,title,summary\n1,{title},A storm.\n")
    assert rejected(Reading(items=path)) == {("1", "title", "row")}


@pytest.mark.parametrize("item_id", ["none", "unknown", "null", "a/b", "\uff17", "007", "7.5"])
def test_an_id_that_is_a_word_stays(tmp_path: Path, item_id: str) -> None:
    path = write(tmp_path / "films.csv", f"item_id,title,summary\n{item_id},Tide,A storm.\n")
    assert set(Reading(items=path).texts()) == {item_id}


def test_ids_of_all_inputs_meet(tmp_path: Path) -> None:
    films = tmp_path / "films.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 862.00::decimal(10, 2) as item_id, 'Tide' as title, 's' as summary) "
            "to ? (format parquet)", [str(films)]
        )  # fmt: skip
    tags = write(tmp_path / "tags.csv", "item_id,tag\n862,sea\n862.0,storm\nx1,fog\n")
    listed = write(tmp_path / "listed.csv", "item_id\n862.0\n")
    documents = write(
        tmp_path / "documents.json",
        '[{"doc_id": 1.0, "item_id": 862.0, "title": "T", "text": "A &amp; B <br> C",'
        ' "published_at": 1704794122000}]',
    )
    reading = Reading(items=films, manual_tags=tags, items_to_tag=listed, documents=documents)
    assert reading.table("stg_manual_tags", "item_id", "tag") == [("862", "sea"), ("862", "storm")]
    assert reading.table("stg_items_to_tag") == [("862",)]
    assert reading.table(
        "stg_documents", "doc_id", "item_id", "document_text", "published_at::varchar"
    ) == [("1", "862", "A & B C", "2024-01-09 09:55:22")]
    met = reading.table("stg_input_columns", "input_name", "n_read", "n_lost", "example")
    assert ("manual_tags", 1, 1, "x1") in met
    assert ("documents", 1, 0, None) in met


def test_aliases_of_base_tags_are_lists_and_unread_values_are_listed(tmp_path: Path) -> None:
    tags = write(
        tmp_path / "tags.csv",
        'tag,aliases\nheist,caper|robbery\ngrief,mourning\nwar,"[""battle"""\nsea,"{bay,ocean}"\n',
    )
    films = write(
        tmp_path / "films.csv",
        "item_id,title,summary,created_at\n1,Tide,A storm.,soon\n2,Fog,A boat.,1704794122\n",
    )
    documents = write(
        tmp_path / "documents.csv", "doc_id,title,text,published_at\nd,T,Words.,last week\n"
    )
    reading = Reading(base_tags=tags, items=films, documents=documents)
    assert reading.table("stg_base_tags", "tag", "aliases") == [
        ("grief", ["mourning"]), ("heist", ["caper", "robbery"]), ("sea", ["bay", "ocean"]),
        ("war", []),
    ]  # fmt: skip
    assert rejected(reading) == {
        ("war", "aliases", "value"), ("1", "created_at", "value"), ("d", "published_at", "value"),
    }  # fmt: skip


def test_a_column_that_is_lost_fails_its_test(tmp_path: Path) -> None:
    films = write(
        tmp_path / "films.csv",
        'item_id,title,summary,genres,release_date\n1,Tide,A storm.,"[""war",1995\n'
        '2,Fog,A boat.,"[""sea",soon\n3,Kelp,A bar.,,\n',
    )
    reading = Reading(items=films)
    reading.table("stg_item_rows")
    sql = reading.render("""
        select column_name, n_lost, n_read from {{ column_counts("items", "stg_item_rows") }}
        where n_lost > {{ var("max_rejected_share") }} * (n_lost + n_read) order by all
    """)
    assert reading.connection.execute(sql).fetchall() == [
        ("genres", 2, 0), ("release_date", 1, 1),
    ]  # fmt: skip
