"""Do tags help to recommend films without ratings? `make cold-start [TAGS=file]`.

The items of the tag file are made cold: all their ratings move from training to test. Recommenders
see them only through features, arm by arm: none, general metadata, manual tags, the tags of the
file, and both together. Rules and definitions: docs/recommenders.md.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from python_udfs.errors import InputError
from python_udfs.recommenders.evaluation import (
    ARMS,
    METRICS,
    Options,
    Split,
    arm_features,
    smallest_differences,
)
from tagsmith import cold_start_report as report
from tagsmith.cold_start_arms import (
    COLD,
    LESS_RATED,
    MORE_RATED,
    WHOLE_WARM_HITS,
    Part,
    Results,
    make_parts,
    models_of,
    run_arms,
)
from tagsmith.cold_start_data import ColdStartData, read_cold_start
from tagsmith.results import command_line, markdown_table

_RESAMPLES_OF_POWER = 1000


def describe(data: ColdStartData, split: Split) -> list[str]:
    """Lines on the data used and left out."""
    n_absent = len(data.cold_items) - int(split.is_cold.sum())
    lines = []
    for arm in ARMS:
        features = arm_features(data.blocks, split, arm)
        counts = features.n_of_cold_items
        lines.append(
            [arm.name, f"{counts.mean():.1f}", f"{(counts == 0).sum()}", f"{features.n_unknown:,}"]
        )
    return [
        f"- training: {split.train.matrix.nnz:,} interactions, {len(split.train.users):,} users, "
        f"{(~split.is_cold).sum():,} warm items",
        f"- test: {split.test.nnz:,} interactions, {len(split.test_users):,} users, "
        f"{split.is_cold.sum():,} cold items",
        f"- left out: {split.n_unknown_rows:,} interactions with items of no metadata, {n_absent} "
        f"cold items of none, {split.n_users_left_out} users with nothing to learn from",
        "",
        *markdown_table(
            ["arm", "features of a cold item", "cold items without any",
             "left out: on no warm item"], lines,
        ),
    ]  # fmt: skip


def describe_power(data: ColdStartData, parts: Sequence[Part], seed: int) -> list[str]:
    """Lines on the smallest differences that can be found; reads no result of an arm."""
    lines = []
    for part in parts:
        name, whole = next(iter(part.tasks.items()))
        # A standard error needs fewer resamples than the bounds of an interval.
        task = whole.with_resamples(_RESAMPLES_OF_POWER)
        for model, make in models_of(part).items():
            for beside in (False, True) if name == COLD else (True,):
                tags, none = ("general + tags", "general") if beside else ("tags", "none")
                found = smallest_differences(
                    make, data.blocks, part.split, task, seed, beside_general=beside
                )
                for other, row in zip((f"other {tags}", none), found, strict=True):
                    lines.append([name, model, tags, other, *(f"{value:.4f}" for value in row)])
    return markdown_table(["candidates", "model", "arm", "minus", *map(str, METRICS)], lines)


def describe_cold(results: Results) -> list[str]:
    """Lines on ranking only cold items."""
    lines = ["## Cold items ranked among themselves", "", *report.arm_table(results[COLD])]
    lines += ["", *report.difference_table(results[COLD])]
    lines += ["", f"In words ({METRICS[0]}; the widest interval decides):", ""]
    lines += report.verdicts(results[COLD])
    for name in (LESS_RATED, MORE_RATED):
        lines += ["", f"## {name.capitalize()}", "", *report.difference_table(results[name])]
    return lines


def describe_whole(results: Results, part: Part) -> list[str]:
    """Lines on ranking cold items together with warm ones."""
    n_cold = int(part.split.test[:, part.split.is_cold.nonzero()[0]].nnz)
    lines = [
        "## Cold and warm items ranked together", "",
        f"Trained on {part.split.train.matrix.nnz:,} interactions; hits are the {n_cold:,} with "
        f"cold items and the {part.split.test.nnz - n_cold:,} last ones of users with warm items.",
    ]  # fmt: skip
    for name, found in results.items():
        lines += ["", f"### {name.capitalize()}", "", *report.arm_table(found)]
        if name != WHOLE_WARM_HITS:
            lines += ["", *report.difference_table(found)]
    return lines


def write_figures(path: Path, results: Results) -> None:
    """Write every figure with its three intervals as csv."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(report.COLUMNS)
        for name, found in results.items():
            writer.writerows(report.rows(name, found))


def run(data: ColdStartData, options: Options, tags: str, out: Path) -> None:
    """Print the report section by section, and write it with its figures to `out`."""
    said: list[str] = []

    def say(*lines: str) -> None:
        said.extend(lines)
        print(*lines, sep="\n", flush=True)

    alone, whole = make_parts(data, options)
    say(f"# Cold start: {tags}", "")
    say("Written by the command below; edits are lost with its next run.", "")
    say(f"- `{command_line()}`, version {version('tagsmith')}")
    say(
        f"- {options.n_resamples:,} resamples, {options.n_seeds} orders of ties, "
        f"seed {options.seed}"
    )
    say("", *describe(data, alone.split), "")
    say("## Smallest difference that can be shown", "")
    say("From arms of half the manual tags; 80 % power, two-sided 5 %; computed before any arm is.")
    say("")
    say(*describe_power(data, (alone, whole), options.seed), "")
    results = run_arms(data, alone)
    say(*describe_cold(results), "")
    among = run_arms(data, whole)
    say(*describe_whole(among, whole))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(said) + "\n", encoding="utf-8")
    write_figures(out.with_suffix(".csv"), {**results, **among})
    print(f"\nwritten: {out}, {out.with_suffix('.csv')}")


def _name(tags: Path) -> str:
    """The file with its folder: the version, if `current` is a link."""
    return "/".join(tags.resolve().parts[-2:])


def cold_start(
    data: Annotated[Path, typer.Option(help="folder with ratings.parquet")],
    tags: Annotated[Path, typer.Option(help="item_id, tag, score?")],
    out: Annotated[Path, typer.Option(help="Markdown; writes figures next to it as csv")],
    cold_items: Annotated[
        Path | None, typer.Option(help="item_id of the items to make cold")
    ] = None,
    least_rating: Annotated[float, typer.Option(help="an interaction from here")] = 0.5,
    least_items_of_tag: Annotated[
        int,
        typer.Option(help="minimum number of warm items of a manual tag"),
    ] = 1,
    resamples: Annotated[int, typer.Option(min=1)] = Options.n_resamples,
    seeds: Annotated[int, typer.Option(min=1, help="orders of ties")] = Options.n_seeds,
    seed: int = Options.seed,
) -> None:
    """Do tags help to recommend films without ratings?"""
    if not (data / "ratings.parquet").is_file():
        print(f"no ratings.parquet in {data}: nothing to do (set DATA=folder)")
        return
    if not tags.is_file():
        raise InputError(f"no tags in {tags}: run `make real` first, or set TAGS=file")
    read = read_cold_start(data, tags, cold_items, least_rating, least_items_of_tag)
    run(read, Options(resamples, seeds, seed), _name(tags), out)
