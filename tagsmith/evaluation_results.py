"""Write the tables of an evaluation from its warehouse to a file of results."""

from __future__ import annotations

from pathlib import Path

import duckdb

from python_udfs.errors import InputError
from tagsmith.results import Table, command_line, headline_k, write_results

__all__ = ["write_evaluation"]

_OTHERS = {"MRR": "mrr", "novelty": "novelty"}
_MACROS = (
    "create temp macro figure(x) as coalesce(printf('%.3f', x), '')",
    "create temp macro span(low, high) as "
    "coalesce('[' || printf('%.3f', low) || ', ' || printf('%.3f', high) || ']', '')",
    "create temp macro share(x) as coalesce(printf('%.0f %%', 100 * x), '')",
    "create temp macro counted(n) as coalesce(format('{:,}', n::bigint), '')",
    "create temp macro of_count(n, x) as counted(n) || if(x is null, '', ', ' || share(x))",
)
_FAMILIES = "['tagsmith', 'ablation', 'baseline', 'human']"
_LISTED = f"""
    offline_metrics inner join evaluation_systems using (system)
    where slice = $slice and truth = $truth and match_kind = $match_kind
    group by system, family
    order by list_position({_FAMILIES}, family), system
"""
_RECALL = "metric = 'recall' and k = $k"
# Title, note, query; a query gets only the parameters that it names.
_TABLES = (
    (
        "Recall against one source of tags",
        "The truth is the tags of one person or publisher.",
        f"""
        select truth[8:] as truth, system,
            max(figure(value) || ' ' || span(low, high)) filter (match_kind = 'exact')
                as "R@$k exact",
            max(figure(value) || ' ' || span(low, high)) filter (match_kind = 'semantic')
                as "R@$k semantic",
            counted(max(n_items)) as items
        from offline_metrics inner join evaluation_systems using (system)
        where slice = $slice and starts_with(truth, 'tagger:') and {_RECALL}
        group by truth, system, family
        order by truth, list_position({_FAMILIES}, family), system
        """,
    ),
    (
        "Differences to Tagsmith in recall, all manual tags",
        "The system minus Tagsmith, paired by item, where both have a list.",
        f"""
        select system,
            max(printf('%+.3f', difference) || ' ' || span(low, high))
                filter (match_kind = 'exact') as "R@$k exact",
            max(verdict) filter (match_kind = 'exact') as verdict,
            max(printf('%+.3f', difference) || ' ' || span(low, high))
                filter (match_kind = 'semantic') as "R@$k semantic",
            counted(max(n_items)) as items
        from system_differences inner join evaluation_systems using (system)
        where slice = 'all' and truth = 'all' and {_RECALL}
        group by system, family
        order by list_position({_FAMILIES}, family), system
        """,
    ),
    (
        "Slices of Tagsmith, recall against all manual tags",
        "",
        f"""
        select slice,
            max(figure(value) || ' ' || span(low, high)) filter (match_kind = 'exact')
                as "R@$k exact",
            max(figure(value) || ' ' || span(low, high)) filter (match_kind = 'semantic')
                as "R@$k semantic",
            counted(max(n_items)) as items
        from offline_metrics
        where system = 'tagsmith' and truth = 'all' and {_RECALL}
        group by slice
        order by slice
        """,
    ),
    (
        "Tags judged one by one",
        "Tagsmith's first k tags of the items with labels in seeds/relevance_labels.csv.",
        """
        select k::varchar as k, counted(n_judged) as judged, share(judged_share) as "of all",
            figure(relevance) || ' ' || span(low, high) as relevant,
            figure(novelty) as novel,
            figure(useful_novelty) || ' ' || span(useful_novelty_low, useful_novelty_high)
                as "novel and relevant"
        from judged_relevance
        where system = 'tagsmith' and n_judged > 0
        order by judged_relevance.k
        """,
    ),
    (
        "Agreement of the annotators",
        "",
        """
        select annotator_a, annotator_b, counted(n_pairs) as pairs, share(share_equal) as equal,
            figure(kappa) as kappa
        from label_agreement
        order by all
        """,
    ),
    (
        "Evaluators on control tags",
        "Manual tags of the item itself (own) against those of other items (foreign).",
        """
        select evaluator, model, figure(auc) || ' ' || span(low, high) as "AUC",
            share(yes_share_own) as "Yes to own", share(yes_share_foreign) as "Yes to foreign",
            counted(n_own) as "own tags", counted(n_foreign) as "foreign tags"
        from evaluator_quality
        order by all
        """,
    ),
    (
        "Calibration of the ensemble score",
        "",
        """
        select stage, figure(ece) as "expected calibration error", figure(brier) as "Brier score",
            counted(n) as tags
        from score_calibration_error
        order by stage desc
        """,
    ),
    (
        "Contribution of posters",
        "Published tags by the paths that named them, with the share that are manual tags (exact).",
        """
        select category,
            of_count(n_image_only, image_only_exact) as "image alone",
            of_count(n_both, both_exact) as "both",
            of_count(n_text_only, text_only_exact) as "text alone",
            coalesce(printf('%+.3f', recall_gain_exact) || ' '
                || span(recall_gain_exact_low, recall_gain_exact_high), '') as "recall gained"
        from poster_contribution
        order by all
        """,
    ),
    (
        "Time and cost",
        "",
        """
        select measure, figure(tagsmith) as tagsmith, figure(manual) as manual, unit,
            counted(n_items) as items, assumptions
        from efficiency
        order by all
        """,
    ),
)


def _table(
    connection: duckdb.DuckDBPyConnection, title: str, note: str, query: str, **values: object
) -> Table:
    """Run a query whose cells are text; replaces `$k` in column names by k."""
    query = query.replace("@$k", f"@{values.get('k')}")
    used = {name: value for name, value in values.items() if f"${name}" in query}
    found = connection.execute(query, used)
    header = [column[0] for column in found.description or ()]
    return Table(title, header, [[cell or "" for cell in row] for row in found.fetchall()], note)


def _systems(
    connection: duckdb.DuckDBPyConnection, match_kind: str, slice_name: str, ks: list[int], k: int
) -> Table:
    """Every system with its metrics at each k, against all manual tags."""

    def cell(metric: str, k: int, shown: str = "figure(value)") -> str:
        return f"coalesce(max({shown}) filter (metric = '{metric}' and k = {k}), '')"

    columns = [f'{cell("precision", n)} as "P@{n}"' for n in ks]
    with_span = "figure(value) || ' ' || span(low, high)"
    columns += [
        f'{cell("recall", n, with_span if n == k else "figure(value)")} as "R@{n}"' for n in ks
    ]
    columns += [f'{cell(metric, k)} as "{name}@{k}"' for name, metric in _OTHERS.items()]
    return _table(
        connection, f"Systems, all manual tags, {match_kind} match",
        f"Items of the slice {slice_name}.",
        f"select system, {', '.join(columns)}, counted(max(n_items)) as items from {_LISTED}",
        slice=slice_name, truth="all", match_kind=match_kind,
    )  # fmt: skip


def write_evaluation(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the tables of the evaluation in `connection` to `path`.

    Raises InputError if the evaluation is empty.
    """
    for macro in _MACROS:
        connection.execute(macro)
    ks = [
        k
        for (k,) in connection.execute(
            "select distinct k from offline_metrics order by k"
        ).fetchall()
    ]
    if not ks:
        raise InputError("offline_metrics is empty: no item has min_true_tags manual tags")
    k = headline_k(ks)
    # Tagsmith may have tagged only part of a catalogue; baselines have lists for all of it.
    compared = "tagged_by_all_systems"
    if not connection.execute(
        "select 1 from offline_metrics where slice = ?", [compared]
    ).fetchall():
        compared = "all"
    facts = connection.execute(
        """
        select
            (select value from run_settings where name = 'pipeline_version'),
            (select counted(count(*)) || ' items' || if(
                count(*) filter (item_id not in (select item_id from sample_items)) = 0,
                ' of the sample, whose manual tags show formats and measure nothing', ''
            ) from stg_items),
            (select counted(count(distinct item_id)) from item_tags),
            (select string_agg(distinct model, ', ' order by model) from llm_usage),
            (select counted(sum(n_calls)) || ', ' || min(called_on)::varchar || ' to '
                || max(called_on)::varchar from llm_usage)
        """
    ).fetchall()[0]
    names = ("version", "catalogue", "items with tags", "models", "calls in the ledger")
    run = {name: fact or "" for name, fact in zip(names, facts, strict=True)}
    tables = [_systems(connection, kind, compared, ks, k) for kind in ("exact", "semantic")]
    tables += [_table(connection, *table, slice=compared, k=k) for table in _TABLES]
    write_results(path, "Evaluation", {"command": f"`{command_line()}`", **run}, tables)
