"""What is asked of Gmail, and with what patience.

Everything asked for is a GET (and batches of GETs): nothing here can change a mailbox, and the grant (gmail.readonly) would not
let it.

Messages are asked for 25 at a time. Google permits 100, but works on all of a batch at once and refuses what exceeds a person's
share of concurrent requests: one item of a batch fails with 429 while the others come, so each item is judged, and asked for
again, by itself.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from heardback.clock import Clock
from heardback.mailbox.gmail_faults import Meaning
from heardback.mailbox.gmail_pace import (
    GET_UNITS,
    HISTORY_UNITS,
    LIST_UNITS,
    LONGEST_S,
    SMALL_UNITS,
    TRIES,
    Pace,
    backoff_s,
)
from heardback.mailbox.gmail_wire import TIMEOUT_S, GmailWire, Passing, said
from heardback.mailbox.oauth import AccessToken

BATCH_SIZE = 25
PAGE_SIZE = 500
"""The most that Google gives at once, of ids and of history alike."""

_HEADER_ITEMS = "id,threadId,labelIds,historyId,internalDate,sizeEstimate"
_FIELDS = {
    "metadata": f"{_HEADER_ITEMS},payload/headers",
    "raw": f"{_HEADER_ITEMS},raw",
    "full": f"{_HEADER_ITEMS},payload",
}
"""What is asked for of a message. The snippet, its first words, is not."""
_HISTORY_FIELDS = (
    "history(id,messagesAdded/message(id,labelIds),labelsAdded(labelIds,message/id),labelsRemoved(labelIds,message/id)),"
    "historyId,nextPageToken"
)
_HISTORY_TYPES = ["messageAdded", "labelAdded", "labelRemoved"]


class HistoryExpired(Exception):
    """Google no longer knows what happened since that history id. No error for a person: everything is listed again."""


@dataclass(slots=True, kw_only=True)
class Found:
    """``lost``: ids that Gmail answered with a fault every time. One that is in neither is gone."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


class GmailLine:
    """``closed`` ends every rest at once. All methods raise LoginRefused, CertificateRefused or Unreachable."""

    def __init__(
        self,
        *,
        name: str,
        access_token: AccessToken,
        ca_file: Path | None,
        endpoint: str,
        clock: Clock,
        closed: threading.Event,
        pace: Pace,
        timeout_s: float = TIMEOUT_S,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._wire = GmailWire(
            name=name, access_token=access_token, ca_file=ca_file, endpoint=endpoint, timeout_s=timeout_s, clock=clock
        )
        self._clock = clock
        self._closed = closed
        self._pace = pace
        self._chance = chance

    def close(self) -> None:
        self._wire.close()

    # -------------------------------------------------------------------------------------------- questions

    def profile(self) -> Mapping[str, Any]:
        """``emailAddress`` and ``historyId``, the moment of the mailbox."""
        return self._ask(SMALL_UNITS, lambda users: users.getProfile(userId="me"))

    def labels(self) -> dict[str, str]:
        """The owner's own labels, name by id."""
        answer = self._ask(SMALL_UNITS, lambda users: users.labels().list(userId="me", fields="labels(id,name,type)"))
        return {label["id"]: label["name"] for label in answer.get("labels", ()) if label.get("type") == "user"}

    def message_ids(self, *, after_s: int, spam: bool) -> Iterator[str]:
        """All messages received after a moment (seconds since 1970), newest first: those of Spam alone, or all but Spam and
        bin."""
        chosen: dict[str, Any] = {"labelIds": ["SPAM"], "includeSpamTrash": True} if spam else {}

        def page(token: str | None) -> Mapping[str, Any]:
            return self._ask(
                LIST_UNITS,
                lambda users: users.messages().list(
                    userId="me",
                    q=f"after:{after_s}",
                    maxResults=PAGE_SIZE,
                    pageToken=token,
                    fields="messages/id,nextPageToken",
                    **chosen,
                ),
            )

        for answer in _pages(page):
            yield from (message["id"] for message in answer.get("messages", ()))

    def history(self, start: str) -> Iterator[Mapping[str, Any]]:
        """Pages of what happened after ``start``; the ``historyId`` of the last one is where to go on. Raises HistoryExpired."""

        def page(token: str | None) -> Mapping[str, Any]:
            return self._ask(
                HISTORY_UNITS,
                lambda users: users.history().list(
                    userId="me",
                    startHistoryId=start,
                    historyTypes=_HISTORY_TYPES,
                    maxResults=PAGE_SIZE,
                    pageToken=token,
                    fields=_HISTORY_FIELDS,
                ),
                is_history=True,
            )

        return _pages(page)

    def attachment(self, message_id: str, attachment_id: str) -> str:
        """The bytes of an attachment in base64url; "" if it is gone."""
        answer = self._ask(
            GET_UNITS,
            lambda users: users.messages().attachments().get(userId="me", messageId=message_id, id=attachment_id, fields="data"),
            may_be_gone=True,
        )
        return str(answer.get("data", ""))

    def messages(self, ids: Sequence[str], shape: str) -> Found:
        """Fetch messages in one ``shape``: metadata, raw or full."""
        found = Found()
        for start in range(0, len(ids), BATCH_SIZE):
            self._fetch(ids[start : start + BATCH_SIZE], shape, found)
        return found

    # ---------------------------------------------------------------------------------------------- patience

    def _ask(
        self, units: int, question: Callable[[Any], Any], *, is_history: bool = False, may_be_gone: bool = False
    ) -> Mapping[str, Any]:
        """Ask one thing, again while what is in the way may pass."""
        fruitless = 0
        while True:
            self._wait(self._pace.wait_s(units, self._clock.monotonic()))
            try:
                answer = self._wire.send(lambda line, users: question(users).execute(http=line))
                if isinstance(answer, dict):
                    return answer
                raise Passing("it gave an answer that cannot be read")  # cut off: the library hands it on as it came
            except Passing as passing:
                fruitless += 1
                self._rest(fruitless, passing)
            except HttpError as error:
                fault = self._wire.fault(error)
                # "Invalid startHistoryId" is said by 400 as well as by 404.
                if is_history and (fault.meaning is Meaning.GONE or fault.status == 400):
                    raise HistoryExpired from error
                if may_be_gone and fault.meaning is Meaning.GONE:
                    return {}
                raise self._wire.unreachable(f"it refused a request ({fault.status})") from error

    def _fetch(self, ids: Sequence[str], shape: str, found: Found) -> None:
        """One batch, again for those of its items that failed in a way that may pass, as long as any come."""
        pending = list(ids)
        came = fruitless = 0
        while pending:
            self._wait(self._pace.wait_s(GET_UNITS * len(pending), self._clock.monotonic()))
            # A batch whose answer cannot be read or leaves items out may come apart better one by one.
            whole = fruitless in (0, 1, 2)
            trouble = Passing("it leaves messages out of its answers")
            try:
                answers = self._batch(pending, shape) if whole else self._singly(pending, shape)
            except Passing as passing:
                answers, trouble = {}, passing
            left = []
            is_slow_down = not answers
            for message_id in pending:
                answer = answers.get(message_id)
                fault = self._wire.fault(answer) if isinstance(answer, HttpError) else None
                if isinstance(answer, dict):
                    found.resources[message_id] = answer
                elif fault is None or fault.meaning is not Meaning.GONE:
                    left.append(message_id)
                    if fault is not None and fault.meaning is Meaning.PASSING:
                        longest = max(trouble.retry_after_s or 0.0, fault.retry_after_s or 0.0)
                        trouble = Passing(said(fault), longest or None)
                        is_slow_down |= fault.status in (403, 429)
            came += len(pending) - len(left)
            fruitless = 0 if len(left) < len(pending) else fruitless + 1
            pending = left
            if pending and fruitless >= TRIES and not is_slow_down and (came or len(ids) == 1):
                found.lost += pending
                return
            if pending:
                self._rest(max(1, fruitless), trouble)

    def _batch(self, ids: Iterable[str], shape: str) -> dict[str, Any]:
        """The resource or the HttpError of each message, as far as the answer has one."""
        answers: dict[str, Any] = {}

        def take(message_id: str, resource: Any, error: Any) -> None:
            answers[message_id] = error if error is not None else resource

        def send(line: Any, users: Any) -> None:
            # service.new_batch_http_request() would go to another host, whatever endpoint was given.
            batch = BatchHttpRequest(callback=take, batch_uri=f"{self._wire.endpoint}/batch/gmail/v1")
            messages = users.messages()  # made anew at each call, from the whole description: 5 ms
            for message_id in ids:
                batch.add(_get(messages, message_id, shape), request_id=message_id)
            batch.execute(http=line)

        try:
            self._wire.send(send)
        except HttpError as error:
            fault = self._wire.fault(error)
            raise Passing(said(fault), fault.retry_after_s) from error
        return answers

    def _singly(self, ids: Iterable[str], shape: str) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for message_id in ids:
            try:
                answers[message_id] = self._wire.send(partial(_get_one, message_id, shape))
            except HttpError as error:
                answers[message_id] = error
            except Passing as passing:
                if passing.answer is None:  # the line broke: what came is kept, the rest is asked for again
                    if not answers:
                        raise
                    break
                answers[message_id] = passing.answer
        return answers

    def _rest(self, fruitless: int, passing: Passing) -> None:
        """Sit out what may pass. After too many rounds, or where Google wants a long rest, the pass is over."""
        wait_s = backoff_s(fruitless, passing.retry_after_s, self._chance())
        if fruitless >= TRIES or wait_s > LONGEST_S or self._closed.is_set():
            raise self._wire.unreachable(passing.why, retry_after_s=passing.retry_after_s) from passing
        self._wait(wait_s)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.wait(self._closed, seconds)


def _pages(page: Callable[[str | None], Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    token: str | None = None
    while True:
        answer = page(token)
        yield answer
        following = answer.get("nextPageToken")
        if not following or following == token:
            return
        token = following


def _get_one(message_id: str, shape: str, line: Any, users: Any) -> Any:
    return _get(users.messages(), message_id, shape).execute(http=line)


def _get(messages: Any, message_id: str, shape: str) -> Any:
    return messages.get(userId="me", id=message_id, format=shape, fields=_FIELDS[shape])
