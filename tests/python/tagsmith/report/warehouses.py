"""A small warehouse with every table that the page reads, and hostile texts in it."""

from __future__ import annotations

from pathlib import Path

import duckdb

__all__ = ["HOSTILE", "write_warehouse"]

HOSTILE = "<script>alert('\"1')</script>"
_METRICS = ("precision", "recall", "mrr", "novelty")
_SYSTEMS = (
    ("tagsmith", "tagsmith", None, 0.40),
    ("no_ensemble", "ablation", "ensemble", 0.33),
    ("no_evaluators", "ablation", "evaluators", 0.41),
    ("text_only", "ablation", "generation", 0.46),
    ("popularity", "baseline", None, 0.20),
    ("knn_transfer", "baseline", None, 0.45),
    (f"human:{HOSTILE}", "human", None, 0.15),
    ("human:tmdb", "human", None, 0.18),
)

_TABLES = """
create table run_settings (name varchar, value varchar);
create table stg_items (item_id varchar, title varchar, summary varchar, synopsis varchar,
    genres varchar[], release_date date);
create table stg_poster_files (item_id varchar, poster_path varchar);
create table item_features (item_id varchar, generated_at timestamp);
create table item_tags (item_id varchar, rank integer, tag varchar, category varchar,
    score double, status varchar, base_tag varchar, nearest_base_tag varchar, similarity double,
    match_kind varchar, reason varchar);
create table int_search_evidence (item_id varchar, tag varchar, passages varchar);
create table pipeline_summary as select 2 as n_items, 0 as n_items_without_tags, 3 as n_tags,
    0.667::double as mapped_share, 0.333::double as novel_share, 40 as n_calls,
    0.25::double as cost_usd;
create table llm_usage as select * from (values
    ('text', 'a-model', date '2026-03-01', 20, 1, 60, 9000, 4000, 900, 0.2::double,
     5800.0::double, 9000.0::double),
    ('strict', 'a-model', date '2026-03-01', 20, 0, 20, 4000, 3000, 20, 0.05, 300.0, 400.0)
) as t (role, model, called_on, n_calls, n_failed_calls, n_questions, prompt_tokens,
    cached_tokens, completion_tokens, cost_usd, p50_latency_ms, p95_latency_ms);
create table item_time_to_features as select 'parasite' as item_id,
    12.5::double as minutes_to_published, null::double as minutes_to_online;
create table evaluation_systems (system varchar, family varchar, changed_stage varchar,
    description varchar, good_to_know varchar);
create table offline_metrics (system varchar, truth varchar, match_kind varchar, k integer,
    slice varchar, metric varchar, value double, low double, high double, n_items bigint,
    n_labels bigint);
create table system_differences (system varchar, truth varchar, match_kind varchar, k integer,
    slice varchar, metric varchar, difference double, low double, high double, n_items bigint,
    verdict varchar);
create table system_unjudged as select 'no_deduplication' as system, 'parasite' as item_id,
    10 as n_tags, 2 as n_unjudged;
create table judged_relevance as select * from (values
    ('tagsmith', 10, 30, 120, 0.6::double, 0.8::double, 0.72::double, 0.87::double,
     0.4::double, 0.25::double, 0.2::double, 0.31::double),
    ('popularity', 10, 30, 80, 0.4, 0.3, 0.2, 0.4, 0.0, 0.0, 0.0, 0.0),
    ('knn_transfer', 10, 30, 0, 0.0, null, null, null, null, null, null, null)
) as t (system, k, n_items, n_judged, judged_share, relevance, low, high, novelty,
    useful_novelty, useful_novelty_low, useful_novelty_high);
create table label_agreement as select 'a' as annotator_a, 'b' as annotator_b, 200 as n_pairs,
    0.9::double as share_equal, 0.71::double as kappa;
create table evaluator_quality as select * from (values
    ('a-model', 'abcdef123', 'lenient', 0.61::double, 0.55::double, 0.67::double, 0.5::double,
     0.3::double, 0.6::double, 100, 100),
    ('a-model', 'abcdef123', 'strict', 0.74, 0.7, 0.78, 0.8, 0.4, 0.6, 100, 100),
    ('a-model', 'abcdef123', 'mean', 0.69, 0.63, 0.75, 0.9, 0.5, 0.6, 100, 100)
) as t (model, prompt_hash, evaluator, auc, low, high, yes_share_own, yes_share_foreign,
    agreement, n_own, n_foreign);
create table score_reliability as select * from (values
    ('raw', 0, 0.1::double, 0.05::double, 40), ('raw', 9, 0.9, 0.4, 60),
    ('calibrated', 0, 0.06, 0.05, 50), ('calibrated', 4, 0.4, 0.41, 50)
) as t (stage, bin, mean_score, hit_share, n);
create table score_calibration_error as select * from (values
    ('raw', 0.32::double, 0.3::double, 100), ('calibrated', 0.04, 0.2, 100)
) as t (stage, ece, brier, n);
create table alpha_beta_tradeoff as select * from (values
    ('alpha', 0.5::double, false, 100, 90, 0.9::double, 80, 20, 0.25::double),
    ('alpha', 0.75, true, 100, 60, 0.6, 50, 20, 0.4),
    ('beta', 0.5, false, 40, 20, 0.5, 20, 2, 0.1),
    ('beta', 0.7, true, 40, 0, 0.0, 0, 0, null)
) as t (parameter, value, is_current, n_considered, n_passed, passed_share, n_comparable, n_hits,
    hit_share);
create table run_health as select 'tags_per_item' as measure, 12.5::double as value,
    12.0::double as last_value, 0.042::double as change, 1.0::double as lowest,
    null::double as highest, 0.3::double as most_change, true as is_within_limits;
create table experiment_metrics as select * from (values
    ('autumn', 'all', 'ctr', 0.1::double, 0.12::double, 1.2::double, 1.1::double, 1.3::double,
     0.001::double, 0.004::double, true, 0.05::double, 0.06::double, 0.3::double, 'delta_cuped',
     null),
    ('autumn', 'cold_start', 'ctr', 0.05, 0.05, 1.0, 0.8, 1.25, 0.9, 0.9, false, 0.2, null, null,
     'delta', null),
    ('autumn', 'all', 'coverage', 400.0, 380.0, 0.95, 0.9, 1.02, 0.2, 0.3, false, null, null,
     null, 'permutation', null),
    ('autumn', 'all', 'cvr', 0.2, null, null, null, null, null, null, false, null, null, null,
     'none', 'no clicks in group B')
) as t (experiment_id, slice, metric, value_a, value_b, ratio, ratio_low, ratio_high, p_value,
    p_value_adjusted, is_significant, minimum_detectable_effect, planned_effect,
    variance_reduction, method, remark);
create table experiment_checks as select 'autumn' as experiment_id, 1000 as n_users_a,
    1010 as n_users_b, 0.8::double as srm_p_value, 3 as n_users_in_both,
    2 as n_users_with_unseen_clicks, true as is_valid,
    null::varchar as remark;
create table efficiency as select * from (values
    ('minutes_per_item', 0.5::double, 10.0::double, 'minutes', -0.95::double, -0.873::double, 20,
     'one editor'),
    ('usd_per_item', 0.01, null, 'USD', null, null, 20, 'list prices')
) as t (measure, tagsmith, manual, unit, reduction, paper_reduction, n_items, assumptions);
"""


def _offline_rows() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for system, family, _, value in _SYSTEMS:
        truths = ["tagger:tmdb"] if family == "human" else ["all", "tagger:tmdb"]
        for truth in truths:
            for kind, factor in (("exact", 0.5), ("semantic", 1.0)):
                for metric in _METRICS:
                    for k in (5, 10, 25):
                        v = value * factor * (1 - k / 100)
                        rows.append(
                            (system, truth, kind, k, "all", metric, v, v - 0.05, v + 0.05, 100, 900)
                        )
    for name, n in (("with_poster", 50), ("decade:1990s", 9)):
        for kind in ("exact", "semantic"):
            for metric in _METRICS:
                rows.append(
                    ("tagsmith", "all", kind, 10, name, metric, 0.3, 0.2, 0.42, n, 90)
                )  # fmt: skip
    return rows


def _verdict(value: float) -> str:
    if abs(value - 0.4) < 0.04:
        return "no difference shown"
    return "better" if value > 0.4 else "worse"


def _poster_rows() -> str:
    origins = ("image_only", "both", "text_only")
    shares = [f"{origin}_{kind}" for origin in (*origins, "recall_gain") for kind in
              ("exact", "semantic")]  # fmt: skip
    columns = ", ".join(
        f"0.{place + 2}::double as {name}{end}"
        for place, name in enumerate(shares)
        for end in ("", "_low", "_high")
    )
    counts = ", ".join(f"{10 + place} as n_{origin}" for place, origin in enumerate(origins))
    return f"select unnest(['mood', 'all']) as category, {counts}, {columns}"


def write_warehouse(path: Path, poster_root: Path) -> Path:
    """Write the warehouse to `path`; posters are under `poster_root`."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(_TABLES)
        connection.execute(f"create table poster_contribution as {_poster_rows()}")
        connection.executemany(
            "insert into run_settings values (?, ?)",
            [("poster_root", str(poster_root)), ("catalogue", "own"), ("pipeline_version", "0.1")],
        )
        connection.executemany(
            "insert into stg_items values (?, ?, ?, ?, ?, ?)",
            [
                ("parasite", f"Parasite {HOSTILE}", f"Two families. {HOSTILE}", None,
                 ["Drama", HOSTILE], "2019-05-30"),
                ("it's 50$ & co", "Oldboy", None, "A man is held for years. " * 40, None, None),
                ("untagged", "No tags", None, None, None, None),
            ],
        )  # fmt: skip
        connection.executemany(
            "insert into item_tags values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                ("parasite", 1, "class divide", "subject", 0.9, "mapped", "class divide",
                 "class divide", 1.0, "exact", None),
                ("parasite", 2, f"smell {HOSTILE}", "mood", 0.6, "novel", None, "odour", 0.7,
                 "semantic", f"The host notes it. {HOSTILE}"),
                ("it's 50$ & co", 1, "revenge", "subject", 0.8, "mapped", "revenge", "revenge",
                 1.0, "exact", None),
            ],
        )  # fmt: skip
        connection.execute(
            "insert into int_search_evidence values ('parasite', ?, ?)",
            [
                f"smell {HOSTILE}",
                '[{"source": "A review", "text": "It smells <b>here</b>."}]',
            ],
        )
        connection.execute(
            "insert into item_features values ('parasite', timestamp '2026-03-01 10:20:30')"
        )
        connection.executemany(
            "insert into evaluation_systems values (?, ?, ?, ?, ?)",
            [
                (name, family, stage, f"What {name} is", "How to read it.")
                for name, family, stage, _ in _SYSTEMS
            ],
        )
        connection.executemany(
            "insert into offline_metrics values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _offline_rows(),
        )
        connection.executemany(
            "insert into system_differences values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    name,
                    "all",
                    kind,
                    10,
                    "all",
                    metric,
                    value - 0.4,
                    value - 0.44,
                    value - 0.36,
                    100,
                    _verdict(value),
                )
                for name, family, _, value in _SYSTEMS
                if family not in ("tagsmith", "human")
                for kind in ("exact", "semantic")
                for metric in ("precision", "recall")
            ],
        )
    return path
