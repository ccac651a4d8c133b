"""Why an item has its tags, and why it lacks others: `make why ITEM=parasite [TAG=...]`.

Reads only the warehouse. A tag may have any spelling, and may be a rejected one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import duckdb
import typer
from rapidfuzz import fuzz, process

from python_udfs.errors import InputError
from python_udfs.normalise import normalise_tag
from tagsmith.options import WAREHOUSE, Warehouse
from tagsmith.plain_text import number, plain, table
from tagsmith.warehouse import open_read_only

Row = dict[str, Any]
_DROPPED_SHOWN = 40
_PARTS = ("ensemble", "evaluation", "agreement", "specificity")


@dataclass(frozen=True)
class Reader:
    """Rows of one item, as dictionaries."""

    connection: duckdb.DuckDBPyConnection
    item_id: str

    def rows(self, sql: str, tag: str | None = None) -> list[Row]:
        """Return the rows of `sql`, with $item_id and $tag bound to the item and `tag`."""
        values = {"item_id": self.item_id} if tag is None else {"item_id": self.item_id, "tag": tag}
        result = self.connection.execute(sql, values)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _near(wanted: str, names: Iterable[str]) -> str:
    spellings = {normalise_tag(name): name for name in sorted(names, reverse=True)}
    found = process.extract(
        normalise_tag(wanted), list(spellings), scorer=fuzz.WRatio, limit=5, score_cutoff=70
    )
    return ", ".join(plain(spellings[name]) for name, *_ in found)


def find_item(connection: duckdb.DuckDBPyConnection, wanted: str) -> tuple[str, str]:
    """Return item_id and title of the item with this id or title; InputError suggests near ones."""
    items = connection.execute("select item_id, title from stg_items order by item_id").fetchall()
    for item_id, title in items:
        if item_id == wanted:
            return item_id, title
    for item_id, title in items:
        if normalise_tag(title) == normalise_tag(wanted):
            return item_id, title
    near = _near(wanted, [item_id for item_id, _ in items] + [title for _, title in items])
    raise InputError(f"no item {wanted!r}" + (f"; near: {near}" if near else ""))


def describe_item(reader: Reader, title: str) -> list[str]:
    """Lines on all tags of the item, and on dropped candidates by step."""
    tags = reader.rows("select * from item_tags where item_id = $item_id order by rank")
    dropped = reader.rows(
        "select * from tag_decisions where item_id = $item_id and outcome <> 'selected' "
        "order by outcome, ensemble_score desc nulls last, tag"
    )
    failures = reader.rows(
        "select * from question_failures where item_id = $item_id order by role, path, tag"
    )
    lines = [f"{plain(title)} ({plain(reader.item_id)}): {len(tags)} tags", ""]
    shown = [
        (t["rank"], t["tag"], t["category"], t["status"], number(t["score"]),
         ", ".join(dict.fromkeys(p["path"] for p in t["provenance"]["paths"])))
        for t in tags
    ]  # fmt: skip
    lines += table(("", "tag", "category", "status", "score", "named by"), shown) if shown else []
    if dropped:
        lines += ["", f"not chosen: {len(dropped)}"]
        lines += table(
            ("tag", "dropped as", "because"),
            [(d["tag"] or "(no name)", d["outcome"].replace("_", " "), d["reason"])
             for d in dropped[:_DROPPED_SHOWN]],
        )  # fmt: skip
        if len(dropped) > _DROPPED_SHOWN:
            lines.append(f"  and {len(dropped) - _DROPPED_SHOWN} more in tag_decisions")
    if failures:
        lines += ["", f"questions without an answer: {len(failures)}"]
        lines += table(
            ("asked", "about", "status", "error"),
            [(f["role"], f["path"] or f["tag"], f["status"], f["error_class"] or "-")
             for f in failures],
        )  # fmt: skip
    return lines


def find_candidates(reader: Reader, wanted: str) -> tuple[str, list[Row]]:
    """Return the normalised tag and the decisions on it or on what became it; else InputError."""
    tag = normalise_tag(wanted)
    decisions = reader.rows("select * from tag_decisions where item_id = $item_id order by tag")
    names = [
        name for (name,) in reader.connection.execute(
            "select base_tag from int_base_tag_names where name = ? order by base_tag", [tag]
        ).fetchall()
    ]  # fmt: skip
    for name in [tag, *names]:
        found = [d for d in decisions if name in (d["tag"], d["selected_as"])]
        if found:
            # First the tag itself, then candidates that became it.
            return name, sorted(found, key=lambda d: (d["tag"] != name, d["tag"]))
    known = [d["tag"] for d in decisions] + [
        d["selected_as"] for d in decisions if d["selected_as"]
    ]
    near = _near(tag, filter(None, known))
    raise InputError(
        f"no answer for {reader.item_id!r} named {wanted!r}" + (f"; near: {near}" if near else "")
    )


def _quoted(what: str, evidence: Iterable[Row]) -> list[str]:
    passages = [p for row in evidence for p in json.loads(row["passages"] or "[]")]
    return [f'  {what}, {plain(p["source"])}: "{plain(p["text"])}"' for p in passages]


def _mentions(reader: Reader, tag: str) -> list[str]:
    named = reader.rows(
        "select * from int_candidates_by_path where item_id = $item_id and tag = $tag "
        "order by weight * path_score desc, path", tag,
    )  # fmt: skip
    rejected = reader.rows(
        "select * from int_candidates_rejected where item_id = $item_id order by path, position"
    )
    lines = table(
        ("path", "place", "score", "weight"),
        [
            (n["path"], n["position"], number(n["path_score"], 2), number(n["weight"], 2))
            for n in named
        ],
    )
    lines = lines if named else []
    evidence = reader.rows(
        "select named.path, evidence.passages from int_candidates_by_path as named "
        "inner join int_generation_questions as questions using (item_id, question_key) "
        "inner join int_item_evidence as evidence using (search_key) "
        "where named.item_id = $item_id and named.tag = $tag order by named.path", tag,
    )  # fmt: skip
    for found in evidence:
        lines += _quoted(f"{found['path']} read", [found])
    lines += [
        "  the student gave it, learnt from the tags of other items: training set "
        f"{learnt['version'][:12]} of {learnt['trained_at']:%Y-%m-%d %H:%M} UTC"
        for learnt in reader.rows(
            "select * from int_student_tags where item_id = $item_id and tag = $tag", tag
        )
    ]
    for mention in rejected:
        if normalise_tag(mention["name"] or "") == tag:
            lines.append(
                f"  {mention['path']}, place {mention['position']}: "
                f'"{plain(mention["name"])}" with score {plain(mention["score_text"])} '
                f"was rejected: {mention['rejected_reason']}"
            )
    return lines


def _verification(reader: Reader, decision: Row, settings: dict[str, str]) -> list[str]:
    tag, alpha = decision["tag"], float(settings["alpha"])
    lines = [
        f"  ensemble ({settings['ensemble_method']}): {number(decision['ensemble_score'], 6)} "
        f"from {decision['n_paths']} path(s)"
    ]
    twins = reader.rows(
        "select tag, survivor_similarity from tag_decisions "
        "where item_id = $item_id and survivor_tag = $tag and outcome = 'deduplicated' "
        "order by tag", tag,
    )  # fmt: skip
    threshold = settings["dedup_threshold"]
    lines += [
        f'  stays for "{t["tag"]}" (Dice {number(t["survivor_similarity"])} >= {threshold})'
        for t in twins
    ]
    if decision["outcome"] == "deduplicated":
        lines.append(
            f'  dropped for "{decision["survivor_tag"]}" '
            f"(Dice {number(decision['survivor_similarity'])} >= {threshold})"
        )
        return lines
    if decision["similarity"] is None:
        return [*lines, "  no base tag to compare with: novel"]
    sign = ">" if decision["similarity"] > alpha else "<="
    return [
        *lines,
        f'  nearest base tag: "{decision["nearest_base_tag"]}" ({decision["match_kind"]}), '
        f"similarity {number(decision['similarity'], 6)} {sign} alpha {alpha}: "
        + decision["status"],
    ]


def _evaluation(reader: Reader, decision: Row, settings: dict[str, str]) -> list[str]:
    tag = decision["tag"]
    lines = [
        f"  novel candidate {decision['novel_rank']} of the item; "
        f"the first {settings['max_evaluated_novel']} are evaluated"
    ]
    evidence = reader.rows(
        "select passages from int_search_evidence where item_id = $item_id and tag = $tag", tag
    )
    lines += _quoted("evidence", evidence) or ["  evidence: none found"]
    verdicts = reader.rows(
        "select * from int_evaluator_verdicts inner join evaluators using (evaluator) "
        "where item_id = $item_id and tag = $tag order by evaluator", tag,
    )  # fmt: skip
    for verdict in verdicts:
        if verdict["verdict_score"] is None:
            lines.append(
                f"  {verdict['evaluator']}: no score ({verdict['answer_status']}"
                + (f", {verdict['error_class']}" if verdict["error_class"] else "")
                + "): neither Yes nor No"
            )  # fmt: skip
        else:
            sign, word = (">", "Yes") if verdict["is_accepted"] else ("<=", "No")
            compared = f"{number(verdict['verdict_score'], 6)} {sign} {verdict['bar']}"
            lines.append(f"  {verdict['evaluator']}: {compared}: {word}")
            lines += [f'    read: "{plain(line)}"' for line in verdict["lines_read"]]
    reasons = reader.rows(
        "select reason from int_tag_reasons where item_id = $item_id and tag = $tag "
        "and reason is not null", tag,
    )  # fmt: skip
    return lines + [f'  reason: "{plain(r["reason"])}"' for r in reasons]


def _calibration(reader: Reader, tag: str, share: float) -> list[str]:
    """What each kind of evidence adds to the log-odds, where weights were learnt."""
    evidence = reader.rows(
        "with entries as (select fold, unnest(map_entries(evidence)) as entry "
        "from int_score_labels where item_id = $item_id and tag = $tag) "
        "select evidence, entry.value as strength, weight, n_labels "
        "from entries inner join int_score_weights as weights "
        "on entries.fold = weights.fold and entry.key = evidence "
        "where entry.value > 0 order by entry.value * weight desc, evidence", tag,
    )  # fmt: skip
    if not evidence:
        return []
    return [
        *table(
            ("evidence", "strength", "weight", "log-odds"),
            [
                (row["evidence"], number(row["strength"], 3), number(row["weight"], 3),
                 number(row["strength"] * row["weight"], 3))
                for row in evidence
            ],
        ),
        f"  people give {share:.1%} of such tags, learnt from "
        f"{evidence[0]['n_labels']:,} tags of other items; this counts as its ensemble score",
    ]  # fmt: skip


def _ranking(reader: Reader, tag: str, settings: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for row in reader.rows(
        "select * from int_tags_concatenated inner join int_tags_selected using (item_id, tag) "
        "where item_id = $item_id and tag = $tag", tag,
    ):  # fmt: skip
        is_learnt = settings["calibrate_scores"] == "True"
        strength = row["calibrated_score" if is_learnt else "ensemble_score"]
        values = [strength, *(row[part] for part in ("evaluation_score", *_PARTS[2:]))]
        lines += [
            f'"{tag}" in the ranking, as {row["status"]} tag of category {row["category"]}',
            *(_calibration(reader, tag, strength) if is_learnt else []),
            *table(
                ("part", "value", "weight", "gives"),
                [
                    (part, number(value, 6), settings[f"weight_{part}"],
                     number(float(settings[f"weight_{part}"]) * value, 6))
                    for part, value in zip(_PARTS, values, strict=True)
                ],
            ),
            f"  score {number(row['score'], 6)}, best position {row['position']} in an answer",
            f"  number {row['rank'] or '-'} of the item; the first {settings['top_k']} are kept: "
            + (row["reason"] or "selected").replace("below_top_k", "below top k"),
        ]  # fmt: skip
        lines += [
            f'  stays for "{twin["tag"]}", which means the same '
            f"(cosine {number(twin['survivor_similarity'])} >= "
            f"{settings['semantic_dedup_threshold']})"
            for twin in reader.rows(
                "select tag, survivor_similarity from int_tags_selected "
                "where item_id = $item_id and survivor_tag = $tag order by tag", tag,
            )
        ]  # fmt: skip
    return lines


def describe_tag(reader: Reader, title: str, wanted: str) -> list[str]:
    """Lines on the trail of one tag, from its paths to its rank."""
    settings = dict(reader.connection.execute("select name, value from run_settings").fetchall())
    name, decisions = find_candidates(reader, wanted)
    lines = [f'{plain(title)} ({plain(reader.item_id)}): "{name}"']
    for decision in decisions:
        tag = decision["tag"]
        lines += ["", f'candidate "{tag}": {decision["outcome"].replace("_", " ")}']
        lines += [f"  {plain(decision['reason'])}", *_mentions(reader, tag)]
        if decision["n_paths"] is not None:
            lines += _verification(reader, decision, settings)
        if decision["novel_rank"] is not None:
            lines += _evaluation(reader, decision, settings)
    ranked = dict.fromkeys(d["base_tag"] or d["tag"] for d in decisions if d["score"] is not None)
    for tag in ranked:
        lines += ["", *_ranking(reader, tag, settings)]
    return lines


def why(
    item: Annotated[str, typer.Argument(help="item_id or title")],
    tag: Annotated[str, typer.Argument(help="a tag in any spelling")] = "",
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Explain why an item has its tags, or one of them, and why it lacks others."""
    if not item.strip():
        raise typer.BadParameter("name an item: make why ITEM=parasite")
    with open_read_only(warehouse) as connection:
        item_id, title = find_item(connection, item)
        reader = Reader(connection, item_id)
        lines = describe_tag(reader, title, tag) if tag else describe_item(reader, title)
    print("\n".join(lines))
