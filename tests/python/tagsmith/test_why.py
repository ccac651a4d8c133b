"""The trail of an item and of a tag, as `make why` prints it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tagsmith.cli import main

Why = Callable[..., tuple[int, str]]


@pytest.fixture
def why(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> Why:
    """Return the output of the script and whether it found the item or tag."""

    def asked(*arguments: str) -> tuple[int, str]:
        code = main(["why", *arguments, "--warehouse", str(warehouse)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return asked


def test_an_item_lists_its_tags_what_was_dropped_and_what_has_no_answer(why: Why) -> None:
    code, said = why("parasite")
    assert code == 0
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "Parasite (parasite): 2 tags" in lines
    assert "1 class divide subject mapped 0.900 text:overall, text:subject" in lines
    assert "not chosen: 4" in lines
    assert "social divides deduplicated so similar" in lines
    assert "image image:mood quarantined refusal" in lines


def test_a_mapped_tag_is_told_from_its_candidates_to_its_rank(why: Why) -> None:
    code, said = why("Parasite", "Class-Divide")
    assert code == 0
    lines = [" ".join(line.split()) for line in said.splitlines()]
    for line in (
        'candidate "social divide": selected',
        "text:subject 2 0.80 0.70",
        'text:subject read, A critic: "Of class."',
        "ensemble (noisy_or): 0.800000 from 2 path(s)",
        'stays for "social divides" (Dice 0.900 >= 0.85)',
        'nearest base tag: "class divide" (semantic), similarity 0.810000 > alpha 0.75: mapped',
        "text:subject 0.800 1.250 1.000",
        "any tag 1.000 -2.099 -2.099",
        "people give 25.0% of such tags, learnt from 1,200 tags of other items; "
        "this counts as its ensemble score",
        "ensemble 0.250000 0.45 0.112500",
        "specificity 0.500000 0.1 0.050000",
        "number 1 of the item; the first 25 are kept: selected",
    ):
        assert line in lines


def test_a_tag_of_the_student_says_what_it_was_learnt_from(why: Why) -> None:
    _, said = why("parasite", "social divide")
    assert "student:all 4 0.30 1.00" in " ".join(said.split())
    assert (
        "the student gave it, learnt from the tags of other items: training set 1a2b1a2b1a2b "
        "of 2026-03-01 12:34 UTC"
    ) in said
    assert "student" not in why("parasite", "smell of poverty")[1]


def test_synonyms_name_each_other(why: Why) -> None:
    _, said = why("parasite", "class war")
    assert "Dice" not in said
    assert (
        'number - of the item; the first 25 are kept: means the same as "class divide" '
        "(cosine 0.84)"
    ) in said
    _, said = why("parasite", "class divide")
    assert 'stays for "class war", which means the same (cosine 0.840 >= 0.78)' in said


def test_a_novel_tag_quotes_its_evidence_verdicts_against_their_bars_and_reason(why: Why) -> None:
    _, said = why("parasite", "smell of poverty")
    for line in (
        "similarity 0.700000 <= alpha 0.75: novel",
        'evidence, A review: "It smells."',
        "lenient: 0.600000 <= 0.7: No",
        "strict: 0.400000 > 0.3: Yes",
        'read: "The smell."',
        'reason: "The host notes it."',
    ):
        assert line in said


def test_a_verdict_that_is_missing_says_why(why: Why) -> None:
    _, said = why("parasite", "odd one")
    assert "lenient: 0.700000 <= 0.7: No" in said
    assert "strict: no score (quarantined, timeout): neither Yes nor No" in said
    assert "evidence: none found" in said


def test_a_rejected_name_is_found_by_any_spelling_and_printed_without_control_characters(
    why: Why,
) -> None:
    code, said = why("parasite", "BROKEN  one")
    assert code == 0
    assert 'text:setting, place 4: "Broken  ONE!" with score 1.7 was rejected' in said
    assert "\x1b" not in said


def test_a_dropped_duplicate_names_its_survivor(why: Why) -> None:
    _, said = why("parasite", "social divides")
    assert 'dropped for "social divide" (Dice 0.900 >= 0.85)' in said


def test_an_alias_leads_to_the_tag_that_it_stands_for(why: Why) -> None:
    code, said = why("parasite", "Rich and poor")
    assert code == 0
    assert '"class divide" in the ranking' in said


@pytest.mark.parametrize(
    ("arguments", "said_instead"),
    [
        (("parasit",), "near: Parasite"),
        (("parasite", "smel of povertie"), "near: smell of poverty"),
        (("parasite", "zzz"), "no answer for 'parasite' named 'zzz'"),
        (("parasite", "!?"), "no answer for 'parasite' named '!?'"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(
    why: Why, arguments: tuple[str, ...], said_instead: str
) -> None:
    code, said = why(*arguments)
    assert code == 1
    assert said_instead in said


def test_a_missing_warehouse_is_said_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["why", "parasite", "--warehouse", str(tmp_path / "none.duckdb")]) == 1
    assert "run `make build` first" in capsys.readouterr().err


def test_a_warehouse_in_use_is_said_with_the_remedy(why: Why, warehouse: Path) -> None:
    hold = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        code, said = why("parasite")
        process.communicate("")
    assert code == 1
    assert "is in use" in said
