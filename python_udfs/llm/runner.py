"""Takes packs to their answers: what follows each reply and each failure (docs/llm_runtime.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from python_udfs.errors import EndpointError
from python_udfs.llm.budget import NotAttemptedError
from python_udfs.llm.calls import Answer, Pack
from python_udfs.llm.failures import RULES, ErrorClass, Policy, remedy_of
from python_udfs.llm.follow_ups import follow_ups_of, parsed_of
from python_udfs.llm.judge import CallFailedError
from python_udfs.llm.outcome import Outcome, Tally
from python_udfs.llm.sender import Exchange, Sender
from python_udfs.llm.systematic import Systematic
from python_udfs.llm.tasks import Task, Tasks

__all__ = ["Runner"]

# A pack that the endpoint fails this often in a row is set aside, and asked again at the end; there
# it may fail more often, since the pauses between are all the time that the endpoint has left.
_MOST_WAITS, _MOST_LAST_WAITS = 4, 8
# Paid, and nothing to parse: more calls would be spent alike, so the first of these are held.
_USELESS = (ErrorClass.TRUNCATION, ErrorClass.EMPTY_REPLY)
# About one item where others pass, about the endpoint where none has (a small context, a proxy's
# limit, a filter on every call).
_OF_ITEM_OR_ALL = (ErrorClass.CONTEXT_TOO_LONG, ErrorClass.REFUSAL)


@dataclass
class Runner:
    """Asks packs until each question is answered, quarantined or pending for the next build.

    `asks_again` what was quarantined before: there, equal refusals may be about each item.
    """

    concurrency: int
    sender: Sender
    tally: Tally
    max_attempts: int
    asks_again: bool = False

    def __post_init__(self) -> None:
        self._systematic = Systematic(self.concurrency)
        self._tasks, self._is_landing = Tasks([], self.sender.stop), False

    def run(self, packs: Iterable[Pack | Task], *, is_landing: bool = False) -> Outcome:
        """Ask all `packs`; memory holds only those that are asked now.

        With `is_landing` they are tasks that have arrived: all of them are read, even if the budget
        has no room for what is to be asked again.

        Raises EndpointError if the endpoint refuses every call or is away for too long, and
        InterruptedRunError. Answers that arrived are kept.
        """
        self._tasks, self._is_landing = Tasks(packs, self.sender.stop), is_landing
        while True:
            self._tasks.work(self._ask, self.concurrency)
            held = self._systematic.end()
            if not held or self.sender.stop.is_set:
                return self.tally.outcome
            self._systematic.is_proven = True
            for task, failure in held:
                self._let_go(task, failure, is_at_end=True)

    def _ask(self, task: Task) -> None:
        arrived = task.arrived
        if self._is_landing and self.tally.outcome.budget and arrived is None:
            return
        asked = replace(task, n_calls=task.n_calls + 1, arrived=None)
        try:
            if arrived is None:
                exchange = self.sender.send(task.pack, asked.n_calls)
            else:
                exchange = self.sender.land(task.pack, arrived)
        except CallFailedError as failure:
            # What the endpoint has left undone of a batch is asked by the next one.
            if arrived is not None and RULES[failure.error_class].is_undone:
                self.tally.progress.failed(failure.error_class)
            else:
                self._after_failure(asked, failure)
        except NotAttemptedError as spent:
            self.tally.outcome.budget = str(spent)
            if not self._is_landing:
                self._tasks.end()
        else:
            self._after_reply(asked, exchange)

    # --- a reply

    def _after_reply(self, task: Task, exchange: Exchange) -> None:
        pack, dialect = exchange.pack, self.sender.dialect
        parsed = parsed_of(exchange)
        missing = [q for q in pack.questions if q.key not in parsed.answers]
        answers = [Answer(q, parsed.answers[q.key]) for q in pack.questions if q not in missing]
        error_class = (parsed.error_class or ErrorClass.SCHEMA_VIOLATION) if missing else None
        is_useless = bool(missing) and not answers and error_class is not ErrorClass.REFUSAL
        is_held = is_useless and self._may_hold(pack, error_class)
        is_undecided = False
        if pack.wants_logprobs and error_class is not ErrorClass.REFUSAL:
            is_undecided = not dialect.verdict_form(pack.role)
            dialect.note_verdict(pack.role, is_fit=not missing)
        follow_ups: list[Task] = []
        if error_class is not None and is_undecided:
            follow_ups = [task]
        elif error_class is not None:
            follow_ups = follow_ups_of(
                task, exchange, missing, error_class, parsed, self.max_attempts
            )
        given_up = [] if follow_ups or is_held else missing
        answers += [Answer(q, None, error_class) for q in given_up]
        self.sender.recorder.record(
            exchange.call,
            answers,
            status="invalid" if missing else "ok",
            error_class=error_class,
            error_message=parsed.detail or None,
        )
        self.tally.add(answers, exchange.call)
        self.tally.give_up(task.pack, given_up)
        if error_class is not None:
            self.tally.progress.failed(error_class)
        if error_class is not None and is_useless and not given_up:
            failure = CallFailedError(error_class, parsed.detail)
            failure.call_id = exchange.call["call_id"]
            self._note_useless(failure)
            if is_held:
                self._hold(replace(task, pack=pack), failure)
                return
        if len(missing) < len(pack.questions):
            self._tasks.widen()
            for held, failure in self._systematic.note_answer():
                self._let_go(held, failure)
        self._tasks.again(follow_ups)

    def _may_hold(self, pack: Pack, error_class: ErrorClass | None) -> bool:
        """Whether a useless reply waits for others, before more calls are spent on it."""
        is_whole = pack.is_repair or error_class is not ErrorClass.INVALID_JSON
        return is_whole and not (pack.wants_logprobs or self._systematic.is_proven)

    # --- a failure

    def _after_failure(self, task: Task, failure: CallFailedError) -> None:
        policy = RULES[failure.error_class].policy
        self.tally.progress.failed(failure.error_class)
        may_pass = failure.is_odd or self.sender.is_proven
        if failure.is_outage or (policy is Policy.STOP and not may_pass):
            raise EndpointError(self._stop_message(failure))
        if policy is Policy.WAIT:
            self._wait(replace(task, n_waits=task.n_waits + 1), failure)
        elif failure.is_odd:
            self._try_again(task, failure)
        elif policy in (Policy.HOLD, Policy.STOP) or (
            failure.error_class in _USELESS and not self._systematic.is_proven
        ):
            self._hold(task, failure)
        elif policy is Policy.RETRY:
            self._note_useless(failure)
            self._try_again(task, failure)
        elif len(task.pack.questions) > 1 and policy is not Policy.QUARANTINE:
            self._tasks.again(replace(task, pack=task.pack.single(q)) for q in task.pack.questions)
        elif failure.error_class is ErrorClass.TRUNCATION and task.tries + 1 < self.max_attempts:
            self._tasks.again([replace(task, tries=task.tries + 1)])
        elif failure.error_class in _OF_ITEM_OR_ALL and not (
            self.asks_again or self.sender.is_proven
        ):
            self._hold(task, failure)
        else:
            self._quarantine(task, failure)

    def _note_useless(self, failure: CallFailedError) -> None:
        """Stop when paid replies have been of no use for long."""
        is_paid = RULES[failure.error_class].paid == "yes"
        if is_paid and self._systematic.note_useless():
            raise EndpointError(self._stop_message(failure))

    def _wait(self, task: Task, failure: CallFailedError) -> None:
        """The endpoint's fault, which costs the question no try."""
        if task.n_waits < (_MOST_LAST_WAITS if task.is_last else _MOST_WAITS):
            self._tasks.again([task])
        elif task.is_last:
            self.tally.leave_open(task.pack, failure.error_class)
        else:
            self._tasks.set_aside(replace(task, n_waits=0, is_last=True))

    def _try_again(self, task: Task, failure: CallFailedError) -> None:
        """The endpoint's fault or the question's, and perhaps paid: a try is lost, if late two.

        At the end of the role there are as many tries again.
        """
        is_late = failure.error_class is ErrorClass.TIMEOUT
        task = replace(task, tries=task.tries + (2 if is_late else 1))
        if task.tries < self.max_attempts:
            self._tasks.again([task])
        elif task.is_last:
            self.tally.leave_open(task.pack, failure.error_class)
        else:
            self._tasks.set_aside(replace(task, tries=0, is_last=True))

    def _hold(self, task: Task, failure: CallFailedError) -> None:
        """Wait whether others fail alike: then the run stops, and nothing is quarantined."""
        if not self._systematic.hold(task, failure):
            return
        if failure.error_class is ErrorClass.NO_IMAGES:
            self.sender.dialect.adopt({"images": "description"}, failure.message)
        raise EndpointError(self._stop_message(failure))

    def _let_go(self, task: Task, failure: CallFailedError, *, is_at_end: bool = False) -> None:
        """What was held is about its own item, since others pass."""
        policy = RULES[failure.error_class].policy
        if policy in (Policy.RETRY, Policy.STOP):
            self._try_again(task, failure)
        elif policy is Policy.HOLD and is_at_end and not self.sender.is_proven:
            self.tally.leave_open(task.pack, failure.error_class)
        elif policy is Policy.HOLD or failure.error_class in _OF_ITEM_OR_ALL:
            self._quarantine(task, failure)
        elif len(task.pack.questions) > 1 or task.tries + 1 < self.max_attempts:
            self._tasks.again(
                replace(task, pack=task.pack.single(q), tries=task.tries + 1)
                for q in task.pack.questions
            )
        else:
            self._quarantine(task, failure)

    def _quarantine(self, task: Task, failure: CallFailedError) -> None:
        answers = [Answer(q, None, failure.error_class) for q in task.pack.questions]
        self.sender.recorder.quarantine(failure.call_id, answers)
        self.tally.add(answers)
        self.tally.give_up(task.pack, task.pack.questions)

    def _stop_message(self, failure: CallFailedError) -> str:
        endpoint = self.sender.endpoint
        remedy = remedy_of(failure.error_class, is_elsewhere=endpoint.is_elsewhere)
        return (
            f"role {endpoint.role}, model {endpoint.model} at {endpoint.base_url or 'embedded'}: "
            f"{failure.error_class} ({failure.message}); {remedy}"
        )
