"""Runs packs through admission, sender and recorder, and handles failures."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from python_udfs.errors import EndpointError
from python_udfs.llm.admission import Admission
from python_udfs.llm.calls import Answer, Pack, Parsed, Question
from python_udfs.llm.failures import ErrorClass, Policy, policy_of, remedy
from python_udfs.llm.prompts import render
from python_udfs.llm.recorder import Recorder
from python_udfs.llm.sender import CallFailedError, Exchange, Sender
from python_udfs.progress import Progress

__all__ = ["Outcome", "Runner"]

# This many consecutive failed packs mean that the endpoint is down, not that a pack is bad.
_MOST_FAILED_IN_A_ROW = 3


@dataclass
class Outcome:
    """Result of a run in questions: answered, and by class quarantined or pending."""

    n_answered: int = 0
    quarantined: Counter[ErrorClass] = field(default_factory=Counter)
    pending: Counter[ErrorClass] = field(default_factory=Counter)


class Runner:
    """Asks packs until each question is answered, quarantined or pending for the next build."""

    def __init__(
        self,
        admission: Admission,
        sender: Sender,
        recorder: Recorder,
        progress: Progress,
        tell: Callable[[Sequence[Answer]], str | None] = lambda _: None,
    ) -> None:
        """`tell` returns a progress line for durable answers, or None."""
        self._admission = admission
        self._sender = sender
        self._recorder = recorder
        self._progress = progress
        self._tell = tell
        self._lock = threading.Lock()
        self._failed_in_a_row = 0
        self.outcome = Outcome()

    def run(self, packs: Iterable[Pack]) -> Outcome:
        """Ask all `packs`, only as many at once as admission allows; memory holds only those.

        Raises EndpointError if the endpoint refuses every call. Answers that arrived are kept.
        """
        waiting: set[Future[None]] = set()
        with ThreadPoolExecutor(self._admission.concurrency) as pool:
            try:
                for pack in packs:
                    waiting.add(pool.submit(self._ask, pack))
                    if len(waiting) >= 2 * self._admission.concurrency:
                        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        for future in done:
                            future.result()
                for future in waiting:
                    future.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return self.outcome

    def _ask(self, pack: Pack) -> None:
        if pack.wants_logprobs and not self._sender.has_logprobs and pack.without_logprobs:
            pack = pack.without_logprobs()
        try:
            with self._admission.admit(pack):
                exchange = self._sender.send(pack)
        except CallFailedError as failure:
            # Outside of admission: the parts of a split pack need their own slots.
            self._handle_failure(pack, failure)
            return
        with self._lock:
            self._failed_in_a_row = 0
        for follow_up in self._settle(pack, exchange):
            self._ask(follow_up)

    def _settle(self, pack: Pack, exchange: Exchange) -> Iterator[Pack]:
        """Record a reply; yield packs for the questions it left unanswered."""
        reply = exchange.reply
        if pack.wants_logprobs and not reply.top_logprobs and pack.without_logprobs:
            self._sender.has_logprobs = False
            self._recorder.record(
                exchange.call,
                status="invalid",
                error_class=ErrorClass.SCHEMA_VIOLATION,
                error_message="the endpoint gave no log-probabilities; asked for JSON instead",
            )
            yield pack.without_logprobs()
            return
        if reply.finish_reason == "refusal":
            parsed = Parsed({}, ErrorClass.REFUSAL, "the model refused")
        else:
            parsed = pack.parse(pack, reply)
        missing = [q for q in pack.questions if q.key not in parsed.answers]
        answers = [Answer(q, parsed.answers[q.key]) for q in pack.questions if q not in missing]
        error_class = (parsed.error_class or ErrorClass.SCHEMA_VIOLATION) if missing else None
        follow_ups, given_up = self._follow_ups(pack, reply.text, missing, error_class, parsed)
        answers += [Answer(question, None, error_class) for question in given_up]
        self._recorder.record(
            exchange.call,
            answers,
            status="invalid" if missing else "ok",
            error_class=error_class,
            error_message=parsed.detail or None,
        )
        with self._lock:
            self.outcome.n_answered += len(answers) - len(given_up)
            if error_class is not None:
                self.outcome.quarantined[error_class] += len(given_up)
        self._progress.advance(
            len(answers), exchange.usage.prompt, exchange.usage.completion, exchange.cost_usd
        )
        self._say(answers)
        yield from follow_ups

    def _follow_ups(
        self,
        pack: Pack,
        text: str,
        missing: list[Question],
        error_class: ErrorClass | None,
        parsed: Parsed,
    ) -> tuple[list[Pack], list[Question]]:
        """Return the packs to ask next, and the questions to give up."""
        if error_class is None:
            return [], []
        policy = policy_of(error_class)
        if policy is Policy.REPAIR and not pack.is_repair:
            repair = render("repair", answer=text, error=parsed.detail)
            messages = [
                *pack.messages,
                {"role": "assistant", "content": text},
                {"role": "user", "content": repair[-1]["content"]},
            ]
            return [replace(pack, messages=messages, is_repair=True)], []
        if policy is Policy.QUARANTINE or len(pack.questions) == 1:
            return [], missing
        return [pack.single(question) for question in missing], []

    def _handle_failure(self, pack: Pack, failure: CallFailedError) -> None:
        policy = policy_of(failure.error_class)
        if policy is Policy.STOP:
            raise EndpointError(self._stop_message(failure))
        if policy is Policy.SPLIT and len(pack.questions) > 1:
            for question in pack.questions:
                self._ask(pack.single(question))
            return
        if policy is Policy.RETRY:
            with self._lock:
                self._failed_in_a_row += 1
                self.outcome.pending[failure.error_class] += len(pack.questions)
                is_gone = self._failed_in_a_row >= _MOST_FAILED_IN_A_ROW
            if is_gone:
                raise EndpointError(self._stop_message(failure))
            return
        answers = [Answer(question, None, failure.error_class) for question in pack.questions]
        self._recorder.quarantine(failure.call, answers)
        with self._lock:
            self.outcome.quarantined[failure.error_class] += len(answers)
        self._progress.advance(len(answers))
        self._say(answers)

    def _say(self, answers: Sequence[Answer]) -> None:
        with self._lock:
            line = self._tell(answers)
        if line:
            self._progress.say(line)

    def _stop_message(self, failure: CallFailedError) -> str:
        endpoint = self._sender.endpoint
        return (
            f"role {endpoint.role}, model {endpoint.model} at {endpoint.base_url or 'embedded'}: "
            f"{failure.error_class} ({failure.message}); {remedy(failure.error_class)}"
        )
