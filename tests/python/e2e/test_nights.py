"""Unattended runs: gates before publication, two runs at once, a month of nights."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from statistics import mean
from typing import Any

import duckdb
import pytest

from tagsmith.cli import main
from tests.python.e2e.catalogues import PATHS, Catalogue, small_catalogue
from tests.python.e2e.conftest import CopyProject, MakeProject, WithTests
from tests.python.e2e.projects import MODELS_ONLY, Project, assert_same_tables

pytestmark = pytest.mark.dbt

_GATE = "changes_to_served_items_stay_under_the_allowed_share"


def current(project: Project) -> str:
    return (project.folder / "published" / "current").readlink().name


def history(project: Project) -> list[tuple[Any, ...]]:
    file = project.folder / "published" / "history" / "item_features_history.parquet"
    return duckdb.connect().execute(f"from '{file}' order by all").fetchall()


def test_a_build_that_changes_too_much_is_not_published_until_it_is_meant(
    copy: CopyProject, with_tests: WithTests
) -> None:
    project = with_tests(copy())
    project.environment["TAGSMITH_PUBLISH_WITHOUT_GATES"] = ""
    before, served = current(project), history(project)
    catalogue = small_catalogue()
    for item in catalogue.items[:2]:
        item["summary"] = "A painter returns to a frozen harbour to find her daughter."
    catalogue.write(project.folder)
    # The other gates take part in the build that is meant.
    stopped = project.run(
        "build", "--select", "+item_changes", _GATE, "publications",
        "--indirect-selection", "empty", "--exclude-resource-type", "unit_test",
    )  # fmt: skip
    assert stopped.code != 0
    assert f"FAIL 1 {_GATE}" in stopped.output
    assert "SKIP relation main.publications" in stopped.output
    assert current(project) == before
    assert history(project) == served
    shown = project.query(
        "select item_id, n_tags_in > 0 and n_tags_out > 0 from item_changes where is_changed"
    )
    assert sorted(shown) == [("oldboy", True), ("parasite", True)]
    meant = project.run("build", variables={"max_changed_share": 0.5})
    assert meant.code == 0, meant.output[-4000:]
    assert current(project) > before
    # Others may have new rows too: specificity is a share of the whole catalogue.
    n_rows = Counter(item_id for item_id, *_ in history(project))
    assert n_rows["oldboy"] == n_rows["parasite"] == 2


def test_a_build_of_a_part_or_without_tests_publishes_nothing(
    copy: CopyProject, with_tests: WithTests
) -> None:
    project = with_tests(copy())
    project.environment["TAGSMITH_PUBLISH_WITHOUT_GATES"] = ""
    before = current(project)
    with duckdb.connect(project.folder / "warehouse.duckdb") as connection:
        connection.execute("update item_tags set score = score / 2")
    ran = project.run("build", "--select", "audit", "publications")
    assert ran.code == 0, ran.output[-4000:]
    assert "features changed but were not published" in ran.output
    assert current(project) == before
    ((is_whole, n_left_out, test),) = project.query(
        "select is_whole, n_tests_left_out, test_left_out from audit"
    )
    assert not is_whole
    assert n_left_out > 100
    assert test
    # Nor does a later partial run that relies on the audit of another run.
    assert "were not published" in project.run("build", "--select", "publications").output
    assert current(project) == before
    untested = project.run("build", "--select", "audit", "publications", *MODELS_ONLY)
    assert untested.code == 0, untested.output[-4000:]
    assert "were not published" in untested.output
    assert current(project) == before


def test_a_rollback_stands_in_the_history_at_once_whatever_the_gates_say(
    copy: CopyProject, with_tests: WithTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = with_tests(copy())
    good, n_rows = current(project), len(history(project))
    with duckdb.connect(project.folder / "warehouse.duckdb") as connection:
        connection.execute("update item_features set n_tags = 0, content_hash = sha256(item_id)")
    project.run("build", "--select", "audit", "publications", "item_features_published+")
    bad = current(project)
    assert bad > good
    assert len(history(project)) > n_rows

    monkeypatch.setenv("TAGSMITH_LEDGER", str(project.folder / "ledger.duckdb"))
    monkeypatch.setenv("TAGSMITH_PUBLISH_DIR", str(project.folder / "published"))
    assert main(["rollback"]) == 0
    assert current(project) == good
    ran = project.run("build", "--selector", "served")
    assert ran.code == 0, ran.output[-4000:]
    assert "SKIP" not in ran.output.replace("SKIP=0", "")
    assert current(project) == good
    file = project.folder / "published" / "history" / "item_features_history.parquet"
    read = duckdb.connect()
    assert read.execute(
        f"select distinct version from '{file}' where dbt_valid_to is null and not is_deleted"
    ).fetchall() == [(good,)]
    # Every item: as it was before, while the bad version was served, and since.
    assert read.execute(
        f"select distinct n from (select count(*) as n from '{file}' group by item_id)"
    ).fetchall() == [(3,)]


def test_a_restored_ledger_alone_gives_the_same_tables_and_features(
    copy: CopyProject, small: Project
) -> None:
    project = copy("warehouse.duckdb*", "published")
    # Another process, so that nothing but the ledger is left of the first build.
    project.build("--threads", "1", evaluated=True, apart=True)
    assert project.endpoint.n_calls == 0
    assert project.ledger().counts == small.ledger().counts
    assert_same_tables(project, small)
    assert current(project) == current(small)
    assert history(project) == history(small)


def test_the_second_of_two_runs_stops_or_waits(copy: CopyProject) -> None:
    project = copy("warehouse.duckdb*", "ledger.duckdb.lock")
    project.forget()
    project.endpoint.may_reply.clear()
    build = ("build", "--select", "+int_generation_answers", *MODELS_ONLY)
    first = project.start(*build)
    try:
        while not (project.folder / "ledger.duckdb.lock").exists() and first.poll() is None:
            time.sleep(0.05)
        project.environment["TAGSMITH_WHEN_LOCKED"] = "stop"
        stopped = project.run(*build)
        project.environment["TAGSMITH_WHEN_LOCKED"] = "wait"
        waiting = project.start(*build)
        assert waiting.stdout is not None
        said = next((line for line in waiting.stdout if "waiting for it" in line), "nothing")
    finally:
        project.endpoint.may_reply.set()
        output, _ = first.communicate()
    rest, _ = waiting.communicate()
    assert first.returncode == 0, output[-3000:]
    assert waiting.returncode == 0, rest[-3000:]
    assert stopped.code != 0
    for words in (stopped.output, said):
        assert f"another build (process {first.pid}) uses" in words
    assert "Traceback" not in stopped.output


def test_a_stale_catalogue_is_said(copy: CopyProject, with_tests: WithTests) -> None:
    project = with_tests(copy())
    test = ("build", "--select", "run_settings", "the_catalogue_is_fresh")
    assert project.run(*test).code == 0
    stale = project.run(*test, variables={"max_catalogue_age_hours": 24})
    assert stale.code != 0
    assert "the_catalogue_is_fresh" in stale.output
    assert "What to do: Check why the source stopped changing." in stale.output


def test_a_run_beyond_its_limits_is_named_and_not_published(
    copy: CopyProject, with_tests: WithTests
) -> None:
    project = with_tests(copy())
    before = current(project)
    stopped = project.run(
        "build", "--select", "run_health", "run_health_stays_within_its_limits",
        "publications", variables={"min_tags_per_item": 50},
    )  # fmt: skip
    assert stopped.code != 0
    assert "FAIL 1 run_health_stays_within_its_limits" in stopped.output
    assert "SKIP relation main.publications" in stopped.output
    assert current(project) == before
    assert project.query("select measure from run_health where not is_within_limits") == [
        ("tags_per_item",)
    ]


# `Project.build` leaves out dbt's tests, so no gate takes part in the month; the tests above are
# about gates.
_NIGHTS, _NEW, _CHANGED, _REMOVED = 30, 50, 20, 5
# Evidence is frozen when it is first asked for; without it a build at the end asks the same.
_MONTH = {"search_provider": "none", "max_changed_share": 1}


class _Source:
    """A catalogue that changes every night, by a seed."""

    def __init__(self) -> None:
        self._random = random.Random(20260301)  # noqa: S311 - no secret, a seed
        self._model = small_catalogue()
        words = " ".join(str(item["synopsis"]) for item in self._model.items)
        self._sentences = [part.strip() for part in words.split(".") if len(part) > 20]
        self.items: dict[str, dict[str, Any]] = {}
        self._n_made = 0

    def _synopsis(self) -> str:
        return ". ".join(self._random.sample(self._sentences, 4)) + "."

    def night(self) -> set[str]:
        """Change the catalogue; returns the items that are new or changed."""
        changed = self._random.sample(sorted(self.items), min(_CHANGED, len(self.items)))
        for item_id in changed:
            self.items[item_id]["synopsis"] = self._synopsis() + f" Cut {self._random.random()}."
        untouched = sorted(set(self.items) - set(changed))
        for item_id in self._random.sample(untouched, min(_REMOVED, len(untouched))):
            del self.items[item_id]
        new = [f"film-{self._n_made + n:05}" for n in range(_NEW)]
        self._n_made += _NEW
        for item_id in new:
            title = f"Film {item_id[5:]}"
            self.items[item_id] = {
                "item_id": item_id, "title": title, "synopsis": self._synopsis(),
                "genres": ["Drama"], "countries": [], "people": [],
            }  # fmt: skip
        return {*new, *changed}

    def catalogue(self) -> Catalogue:
        return Catalogue(
            items=[self.items[item_id] for item_id in sorted(self.items)],
            base_tags=self._model.base_tags,
            tag_categories=self._model.tag_categories,
            few_shot_examples=self._model.few_shot_examples,
            documents=self._model.documents,
        )


@pytest.mark.slow
def test_a_month_of_nights_asks_what_changed_and_ends_as_one_build(
    create: MakeProject, record_property: Any
) -> None:
    source = _Source()
    project: Project | None = None
    seconds = []
    for _ in range(_NIGHTS):
        asked = source.night()
        if project is None:
            project = create(source.catalogue())
        else:
            source.catalogue().write(project.folder)
        before = project.ledger() if (project.folder / "ledger.duckdb").exists() else None
        began = time.monotonic()
        project.build(variables=_MONTH)
        seconds.append(time.monotonic() - began)
        ledger = project.ledger()
        new = ledger if before is None else ledger.since(before)
        text_paths = [path for path in PATHS if path.startswith("text:")]
        assert new.items("text") == asked
        generated = new.asked("text")
        assert len(generated) == len(asked) * len(text_paths)
        assert set(generated.values()) == {1}
        assert new.items("lenient", "strict") <= asked
    assert project is not None
    record_property("seconds_a_night", seconds)
    assert mean(seconds[-5:]) < 2 * mean(seconds[1:6]), seconds
    removed = project.query("select count(*) from item_tombstones")
    assert removed == [(_REMOVED * (_NIGHTS - 1),)]

    once = create(source.catalogue())
    once.build(variables=_MONTH)
    tables, at_once = project.tables(of_any_ledger=True), once.tables(of_any_ledger=True)
    for name in set(tables) - {"item_tombstones"}:
        assert tables[name] == at_once[name], f"{name} differs"
    shutil.rmtree(once.folder)
