"""A build by batches: the tables of one by single calls, at half the price, whatever cuts it."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.python.answers import Asked
from tests.python.e2e.conftest import CopyProject
from tests.python.e2e.projects import MODELS_ONLY, Project, assert_same_tables
from tests.python.endpoint import Endpoint
from tests.python.faults import Fault

pytestmark = pytest.mark.dbt

ROLES = ["text", "image", "lenient", "strict", "reason"]
BY_BATCHES: dict[str, Any] = {"batch_roles": ROLES, "batch_min_calls": 1}
# Reasons are the last to be asked for.
ALL_THAT_ASK = ("--select", "+int_tag_reasons")


@pytest.fixture
def project(
    copy: CopyProject, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """The small project before its first call; builds in this process look often for replies."""
    monkeypatch.setattr("python_udfs.llm.batch_run._FIRST_POLL_S", 0.01)
    project = copy("warehouse.duckdb*", "published")
    project.forget()
    yield project
    endpoint.batches.release.set()


def times_asked(endpoint: Endpoint) -> Counter[str]:
    """How often each prompt was computed, in batches and singly."""
    asked: list[Asked] = [*endpoint.batches.seen, *(seen.asked for seen in endpoint.seen)]
    return Counter(one.prompt for one in asked)


def finish_and_check(project: Project, small: Project) -> None:
    """The next build collects what was cut; nothing was computed twice, nothing stays open."""
    project.build(variables=BY_BATCHES)
    assert_same_tables(project, small, of_any_ledger=True, main_job=True)
    assert set(times_asked(project.endpoint).values()) == {1}
    assert project.ledger_query(
        "select count(*) from ledger.llm_batches where collected_at is null"
    ) == [(0,)]
    assert project.ledger_query("select count(*) from ledger.llm_calls where status = 'sent'") == [
        (0,)
    ]


def test_a_build_by_batches_gives_the_tables_of_single_calls(
    project: Project, small: Project, endpoint: Endpoint
) -> None:
    finish_and_check(project, small)
    # The first call of each role goes alone.
    assert endpoint.n_calls == len(ROLES)
    assert len(endpoint.batches.seen) == len(small.ledger().calls) - len(ROLES)
    before = len(endpoint.batches.jobs)
    project.build(*ALL_THAT_ASK, variables=BY_BATCHES)
    assert (endpoint.n_calls, len(endpoint.batches.jobs)) == (len(ROLES), before)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("upload", marks=pytest.mark.slow),
        "create",
        pytest.param("retrieve", marks=pytest.mark.slow),
        pytest.param("content", marks=pytest.mark.slow),
    ],
)
def test_a_build_that_is_killed_finds_its_batches(
    project: Project, small: Project, endpoint: Endpoint, step: str
) -> None:
    """In each window: not yet made, made without its id in the ledger, waiting, collecting."""
    endpoint.batches.hold = step
    process = project.start("build", *MODELS_ONLY, variables=BY_BATCHES)
    assert endpoint.batches.held.wait(120), process.communicate(timeout=1)
    process.kill()
    process.communicate()
    endpoint.batches.hold = ""
    endpoint.batches.release.set()
    sent = project.ledger_query("select count(*) from ledger.llm_calls where status = 'sent'")
    assert sent > [(0,)]
    finish_and_check(project, small)


def test_a_build_that_is_killed_while_it_reads_replies_reads_the_others(
    project: Project, small: Project, endpoint: Endpoint
) -> None:
    endpoint.batches.fail(Fault.says("No JSON"), lambda asked: asked.kind == "generation", times=1)
    # Each generator's first call, then the repair of that line, among lines that are read.
    process = project.start("build", *MODELS_ONLY, variables=BY_BATCHES)
    endpoint.on_reply = lambda count: process.kill() if count == 3 else None
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    endpoint.on_reply = None
    project.build(variables=BY_BATCHES)
    assert_same_tables(project, small, of_any_ledger=True, main_job=True)
    assert project.ledger_query(
        "select count(*) from ledger.llm_batches where collected_at is null"
    ) == [(0,)]
    # The repair is lost with its build: of the questions of that line one call more.
    assert len(times_asked(endpoint)) <= len(small.ledger().calls) + 2
    assert sum(times_asked(endpoint).values()) <= len(small.ledger().calls) + 3


@pytest.mark.slow
def test_an_interrupted_build_leaves_its_batches_to_the_next(
    project: Project, small: Project, endpoint: Endpoint
) -> None:
    endpoint.batches.may_end.clear()
    process = project.start("build", *MODELS_ONLY, variables=BY_BATCHES)
    ends = time.monotonic() + 120
    while len(endpoint.batches.jobs) < 2 and time.monotonic() < ends:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert {call["status"] for call in project.ledger().calls} == {"ok", "sent"}
    endpoint.batches.may_end.set()
    finish_and_check(project, small)


def test_a_build_that_does_not_wait_leaves_questions_pending_until_they_are_there(
    project: Project, small: Project, endpoint: Endpoint
) -> None:
    """A hole is never a No: an item with pending questions is incomplete."""
    variables = {**BY_BATCHES, "batch_wait_minutes": 0}
    endpoint.batches.may_end.clear()
    sent = set()
    open_questions = ("--select", "+pipeline_summary", "+question_failures")
    for _ in range(2):
        project.build(*open_questions, variables=variables)
        sent.add((len(endpoint.batches.jobs), endpoint.n_calls))
        ((n_pending, n_in_batches, n_calls),) = project.query(
            "select n_pending, n_in_batches, n_calls from pipeline_summary"
        )
        assert n_pending == n_in_batches > 0
        assert project.query("select count(*) from item_features where is_complete") == [(0,)]
        assert project.query("select distinct status, is_in_batch from question_failures") == [
            ("pending", True)
        ]
        failed = project.query("select sum(n_failed_calls) from llm_usage")
        assert failed == [(0,)]
    assert len(sent) == 1, "the second build asked again"
    endpoint.batches.may_end.set()
    n_builds = 0
    while n_in_batches:
        project.build(*open_questions, variables=variables)
        ((n_in_batches,),) = project.query(
            "select n_in_batches + (select count(*) from int_tag_reasons where is_in_batch) "
            "from pipeline_summary"
        )
        n_builds += 1
    # Generators are collected and evaluators asked, then these and reasons, then these.
    assert n_builds == 3
    assert n_calls <= len(small.ledger().calls)
    finish_and_check(project, small)
