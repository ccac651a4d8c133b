"""Evidence for the queries of a run: look up what the ledger lacks, then read all of it back."""

from __future__ import annotations

import duckdb

from python_udfs.search.evidence import Query, SearchProvider, search_pending
from python_udfs.search.local import CorpusText, LocalSearch
from python_udfs.search.online import OnlineSearch, online_search
from python_udfs.settings import Environment, Settings

__all__ = ["gather_evidence"]


def _provider(
    settings: Settings, environment: Environment, reader: duckdb.DuckDBPyConnection, corpus_sql: str
) -> SearchProvider:
    if settings.search_provider == "local":
        rows = reader.execute(f"select * from ({corpus_sql}) order by text_id").fetchall()
        corpus = (CorpusText(*row) for row in rows)
        return LocalSearch(corpus, settings.evidence_words, settings.evidence_passages)
    return online_search(settings, environment)


def gather_evidence(
    session: duckdb.DuckDBPyConnection,
    settings: Settings,
    environment: Environment,
    queries_sql: str,
    corpus_sql: str,
) -> duckdb.DuckDBPyRelation:
    """Look up open queries; return a relation with one row per query that was looked up.

    `queries_sql` gives search_key, item_id, title, words; `corpus_sql` gives text_id, source,
    item_id, text. Columns of the result: search_key, item_id, words, status, passages (JSON text).
    Passages about another item stay in the ledger: they always contain the words of the query, so
    an evaluator that reads them accepts anything (docs/decisions/0005).
    """
    is_off = settings.search_provider == "none" or settings.evidence_passages == 0
    if settings.may_ask and not is_off:
        reader = session.cursor()
        rows = reader.execute(
            f"""
            select search_key, item_id, title, words from ({queries_sql}) as queries
            anti join ledger.main.search_results as found using (search_key)
            order by item_id, words
            """
        ).fetchall()
        if rows:
            provider = _provider(settings, environment, reader, corpus_sql)
            try:
                search_pending(
                    session.cursor(),
                    provider,
                    settings.search_corpus_version,
                    [Query(*row) for row in rows],
                    is_online=isinstance(provider, OnlineSearch),
                )
            finally:
                if isinstance(provider, OnlineSearch):
                    provider.close()
    return session.cursor().sql(
        f"""
        select
            queries.search_key,
            queries.item_id,
            queries.words,
            if(json_array_length(about.passages) > 0, found.status, 'empty') as status,
            about.passages
        from ({queries_sql}) as queries
        inner join ledger.main.search_results as found using (search_key)
        cross join lateral (
            select cast(coalesce(to_json(list_filter(
                cast(found.passages as json[]),
                lambda passage: coalesce(passage ->> 'item_id', queries.item_id) = queries.item_id
            )), '[]') as varchar) as passages
        ) as about
        """
    )
