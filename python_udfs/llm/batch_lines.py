"""The lines of a batch's files: requests as they are uploaded, replies as they come back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from python_udfs.llm.budget import NotAttemptedError
from python_udfs.llm.calls import Pack, compact
from python_udfs.llm.failures import ErrorClass
from python_udfs.llm.json_text import encodable
from python_udfs.llm.wire import Wire

__all__ = ["URL", "Arrived", "Draft", "drafts", "replies_of", "wire_without_line"]

URL: Literal["/v1/chat/completions"] = "/v1/chat/completions"
Draft = list[tuple[dict[str, Any], bytes]]
"""Calls of a batch to be: their rows of `llm_calls`, and the lines of their requests."""

# Nothing was computed, so nothing is paid.
_NOT_DONE = ("batch_expired", "batch_cancelled")


@dataclass(frozen=True)
class Arrived:
    """A call of a batch (its columns of `llm_calls` that settle it) and what came back for it."""

    call: Mapping[str, Any]
    wire: Wire


def drafts(
    packs: Iterable[Pack],
    book: Callable[[Pack], tuple[dict[str, Any], dict[str, Any]]],
    most_calls: int,
    most_bytes: int,
) -> Iterator[Draft]:
    """Yield the calls of `packs`, as many together as a batch may have.

    `book` gives the row of a call and its request. Raises NotAttemptedError after the last call for
    which the budget has room.
    """
    draft: Draft = []
    room = most_bytes
    try:
        for pack in packs:
            call, request = book(pack)
            asked = {"custom_id": call["call_id"], "method": "POST", "url": URL, "body": request}
            line = compact(asked).encode() + b"\n"
            room -= len(line)
            if draft and (room < 0 or len(draft) == most_calls):
                yield draft
                draft, room = [], most_bytes - len(line)
            draft.append((call, line))
    except NotAttemptedError:
        if draft:
            yield draft
        raise
    if draft:
        yield draft


def replies_of(contents: Iterable[bytes]) -> dict[str, Wire]:
    """What came back by call, from the lines of output and error files in any order.

    Of a call with several lines the first with a good reply counts.
    """
    found: dict[str, Wire] = {}
    for raw in (line for content in contents for line in content.split(b"\n")):
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):  # an empty line, or a file that was cut
            continue
        call_id = line.get("custom_id") if isinstance(line, dict) else None
        if isinstance(call_id, str) and (call_id not in found or found[call_id].status != 200):
            found[call_id] = _wire(line)
    return found


def wire_without_line(status: str, said: str) -> Wire:
    """What is known of a call whose batch has ended without a line for it."""
    if status == "completed":
        return Wire(failure=ErrorClass.BAD_REPLY, said="the batch has no line for this call")
    if status == "lost":
        return Wire(failure=ErrorClass.CONNECTION_LOST, said="the endpoint has lost the batch")
    return Wire(failure=ErrorClass.BATCH_ENDED, said=f"the batch is {status}: {said or '-'}")


def _wire(line: Mapping[str, Any]) -> Wire:
    response, error = line.get("response"), line.get("error")
    if isinstance(response, dict) and response.get("body") is not None:
        status = response.get("status_code")
        body = response["body"]
        text = encodable(body) if isinstance(body, str) else json.dumps(body)
        return Wire(status if isinstance(status, int) else 200, text)
    if isinstance(error, dict) and error.get("code") in _NOT_DONE:
        return Wire(
            failure=ErrorClass.BATCH_ENDED,
            said=encodable(str(error.get("message") or error["code"])),
        )
    return Wire(400, json.dumps({"error": error}))
