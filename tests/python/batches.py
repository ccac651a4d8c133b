"""Files and batches of the test endpoint: jobs of many requests at half the price.

A batch ends when somebody looks at it `delay_s` after it was made, and `may_end` is set. Its lines
come in another order than they were sent. What becomes of the nth batch is its `Fate`, drawn with
a seed, so that the same batches always end alike.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.python.answers import Asked
from tests.python.faults import Fault, Rule

__all__ = ["Batches", "Fate"]

_ENDED = ("completed", "failed", "expired", "cancelled")
_SHARE = 0.5


class _Model(Protocol):
    """What answers the lines: (status, reply) of a request at a share of the price."""

    def __call__(
        self, body: dict[str, Any], rules: list[Rule], share: float
    ) -> tuple[Asked, int, Any]: ...


@dataclass(frozen=True)
class Fate:
    """How a batch ends.

    `done` is the share of lines with a reply; the others are in the error file if `tells`. `lost`
    lines have a reply (and are charged) that is in no file, `doubled` ones are there twice.
    """

    status: str = "completed"
    done: float = 1.0
    tells: bool = True
    lost: float = 0.0
    doubled: float = 0.0
    said: str = ""


@dataclass
class _Job:
    number: int
    input_file_id: str
    metadata: dict[str, str]
    status: str = "validating"
    began: float = field(default_factory=time.monotonic)
    created_at: int = field(default_factory=lambda: int(time.time()))
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    n_lines: int = 0
    counts: bool = True
    n_completed: int = 0
    n_failed: int = 0

    @property
    def batch_id(self) -> str:
        return f"batch_{self.number}"

    def shown(self) -> dict[str, Any]:
        """The object of the interface."""
        return {
            "id": self.batch_id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "errors": {"object": "list", "data": self.errors} if self.errors else None,
            "input_file_id": self.input_file_id,
            "completion_window": "24h",
            "status": self.status,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "created_at": self.created_at,
            "request_counts": {
                "total": self.n_lines, "completed": self.n_completed, "failed": self.n_failed,
            } if self.counts else None,
            "metadata": self.metadata,
        }  # fmt: skip


class Batches:
    """The files and batches of an endpoint; `handle` answers the requests about them."""

    def __init__(self, model: _Model) -> None:
        self._model = model
        self._lock = threading.RLock()
        self.release = threading.Event()
        self.reset()

    def reset(self) -> None:
        """Forget everything; who is held is released."""
        with self._lock:
            self.release.set()
            self.is_offered = self.counts = True
            self.delay_s, self.seed = 0.0, 1
            self.may_end = threading.Event()
            self.may_end.set()
            self.fate: Callable[[int], Fate] = lambda number: Fate()
            self.most_lines = 50_000
            self.rules: list[Rule] = []
            self.files: dict[str, bytes] = {}
            self._names: dict[str, str] = {}
            self.steps: Counter[str] = Counter()
            self.jobs: list[_Job] = []
            self.seen: list[Asked] = []
            self.n_spoiled = 0
            # How often a step is done, but answered with a 503.
            self.lose: Counter[str] = Counter()
            # A step (upload, create, retrieve, content) whose reply waits for `release`.
            self.hold = ""
            self.held, self.release = threading.Event(), threading.Event()
            self._n_files = 0

    def fail(
        self,
        fault: Fault,
        when: Callable[[Asked], bool] = lambda asked: True,
        times: int | None = None,
    ) -> None:
        """Answer matching lines with `fault`, as `Endpoint.fail` does single requests."""
        self.rules.append(Rule(fault, when, times))

    def handle(self, method: str, path: str, kind: str, body: bytes) -> tuple[int, Any]:
        """Return status and body (bytes of a file, else JSON) of a request."""
        if not self.is_offered:
            return 404, {"error": {"message": "no such page", "code": None}}
        with self._lock:
            step, reply = self._step(method, path.partition("?")[0], kind, body)
            self.steps[step] += 1
            if self.lose[step] > 0:
                self.lose[step] -= 1
                return 503, {"error": {"message": "Service unavailable", "code": None}}
        if step == self.hold:
            self.held.set()
            self.release.wait(60)
        if reply is None:
            return 404, {"error": {"message": f"No such object: {path}", "code": None}}
        return 200, reply

    def end_all(self) -> None:
        """Let every batch end as if somebody had looked at it."""
        with self._lock:
            for job in self.jobs:
                self._looked_at(job)

    def _step(self, method: str, path: str, kind: str, body: bytes) -> tuple[str, Any]:
        _, _, what, *rest = path.split("/")
        match method, what, rest:
            case "POST", "files", []:
                return "upload", self._upload(kind, body)
            case "GET", "files", []:
                shown = [self._shown(name) for name in reversed(self.files)]
                return "files", {"object": "list", "data": shown, "has_more": False}
            case "GET", "files", [name, "content"]:
                return "content", self.files.get(name)
            case "DELETE", "files", [name]:
                is_there = self.files.pop(name, None) is not None
                return "delete", {"id": name, "object": "file", "deleted": is_there}
            case "POST", "batches", []:
                return "create", self._create(json.loads(body))
            case "GET", "batches", []:
                newest = [self._looked_at(job).shown() for job in reversed(self.jobs)]
                return "list", {"object": "list", "data": newest, "has_more": False}
            case "GET", "batches", [name]:
                found = [job for job in self.jobs if job.batch_id == name]
                return "retrieve", self._looked_at(found[0]).shown() if found else None
        return "", None

    def _upload(self, kind: str, body: bytes) -> dict[str, Any]:
        boundary = re.search(r'boundary="?([^";]+)', kind)
        assert boundary is not None
        parts = [part.partition(b"\r\n\r\n") for part in body.split(f"--{boundary[1]}".encode())]
        content = next(rest for head, _, rest in parts if b"filename=" in head)
        name = self._store(content.removesuffix(b"\r\n"))
        called = re.search(rb'filename="([^"]+)"', body)
        assert called is not None
        self._names[name] = called[1].decode()
        return self._shown(name)

    def _shown(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "file", "bytes": len(self.files[name]), "created_at": 0,
                "filename": self._names.get(name, "output.jsonl"), "purpose": "batch",
                "status": "processed"}  # fmt: skip

    def _store(self, content: bytes) -> str:
        self._n_files += 1
        name = f"file-{self._n_files}"
        self.files[name] = content
        return name

    def _create(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["completion_window"] == "24h"
        metadata = asked.get("metadata") or {}
        job = _Job(len(self.jobs) + 1, asked["input_file_id"], metadata, counts=self.counts)
        self.jobs.append(job)
        return job.shown()

    def _looked_at(self, job: _Job) -> _Job:
        if job.status in _ENDED:
            return job
        if self.may_end.is_set() and time.monotonic() - job.began >= self.delay_s:
            self._end(job)
        else:
            job.status = "in_progress"
        return job

    def _end(self, job: _Job) -> None:
        fate, chance = self.fate(job.number), random.Random(f"{self.seed} {job.number}")  # noqa: S311
        lines = [json.loads(line) for line in self.files[job.input_file_id].splitlines()]
        ids = [line["custom_id"] for line in lines]
        assert len(set(ids)) == len(ids), "two lines have the same custom_id"
        job.status, job.n_lines = fate.status, len(lines)
        if len(lines) > self.most_lines or fate.status == "failed":
            said = fate.said or f"the file has more than {self.most_lines} lines"
            job.status, job.errors = "failed", [{"code": "invalid", "message": said}]
            return
        outputs: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        chance.shuffle(lines)
        for place, line in enumerate(lines):
            if place >= fate.done * len(lines):
                if fate.tells:
                    code = f"batch_{fate.status}"
                    error = {"code": code, "message": "it was not executed in time"}
                    errors.append({"custom_id": line["custom_id"], "error": error})
                continue
            asked, status, reply = self._model(line["body"], self.rules, _SHARE)
            self.seen.append(asked)
            response = {"status_code": status, "request_id": "r", "body": reply}
            written = {"custom_id": line["custom_id"], "response": response, "error": None}
            draw = chance.random()
            if draw < fate.lost:
                self.n_spoiled += 1
                continue
            target = outputs if status == 200 else errors
            target += [written] * (2 if draw < fate.lost + fate.doubled else 1)
        job.n_completed, job.n_failed = len(outputs), len(errors)
        job.output_file_id, job.error_file_id = self._written(outputs), self._written(errors)

    def _written(self, lines: list[dict[str, Any]]) -> str | None:
        content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        return self._store(content.encode()) if lines else None
