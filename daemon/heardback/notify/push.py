"""Words to phones, through Apprise. The only module that knows it; what failed is told as a value per target, never raised.

Decisions and their reasons:

- One Apprise call per target, each in a thread of its own: a target that hangs must not hold up the one that works
  (changedetection.io learned it, PR #2106), and a retry then concerns one target. Connection and answer are bounded by Apprise
  (``cto``, ``rto``); plugins that heed neither are bounded by not being waited for.
- A target's id is a hash of its URL. The URL is the secret (a bot's token, a topic that whoever knows it can read), so it
  is in no ledger, log, repr or message; Apprise's own privacy form still shows an ntfy topic.
- Text is stripped of control and direction characters and cut to the promised lengths here as well, whoever composed it.
- Nothing but the push leaves: no address of an icon goes with it, which the phone would fetch (ntfy's X-Icon), and nothing
  is cached on disk (MEMORY).
"""

from __future__ import annotations

import hashlib
import logging
import queue
import re
import threading
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from heardback.model import PUSH_TAGS, Push
from heardback.notify.wording import BODY_LENGTH, TITLE_LENGTH, one_line

logger = logging.getLogger(__name__)

CONNECT_S = 5.0
ANSWER_S = 10.0
"""Apprise's own are 4 and 4: short for a phone's relay on a slow line. Worst case of a well-behaved plugin: 15 seconds."""

TROUBLE = "trouble"

LIMIT_S = 25.0
"""After this a target is counted as failed whatever its plugin does. Such a push may still arrive, and be repeated."""

_STOP_SLICE_S = 0.25
"""How long a wait for answers may go on after the program was told to end: it must be gone within two seconds."""

_CLICK_OPTION = {"ntfy": "click", "ntfys": "click", "pover": "url"}
_PRIORITIES = {
    "ntfy": {"high": "high", "low": "low"},
    "ntfys": {"high": "high", "low": "low"},
    "gotify": {"high": "high", "low": "moderate"},
    "gotifys": {"high": "high", "low": "moderate"},
    "pover": {"high": "high", "low": "moderate"},
}
"""Apprise's words for a priority, where it is an option of the URL. What it calls "low" at Gotify (0) and Pushover (-2) shows no
notification at all."""
_SILENT_OPTION = {"tgram": "silent"}
"""Telegram knows no priorities, but messages that do not ring."""
_STATUS_IN_LOG = re.compile(r"\berror[=:]\s?([1-5]\d\d)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One phone, room or address. ``id`` is what the ledger knows it by, ``name`` what a person reads ("ntfy 3f9a1c")."""

    id: str
    name: str
    url: str = field(repr=False)
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOutcome:
    """How one push to one target ended. ``detail`` is "" where it arrived, else a short reason without the URL."""

    target: str
    ok: bool
    detail: str
    elapsed_s: float


def make_target(url: str, tags: Sequence[str] = (), name: str = "") -> Target:
    """``name`` "" gives one of the URL's kind and the beginning of its id. The id changes when the URL does."""
    digest = hashlib.sha256(url.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Target(
        id=digest, name=name or f"{_schema(url) or 'unknown'} {digest[:6]}", url=url.strip(), tags=frozenset(map(str.lower, tags))
    )


def targets_for(push: Push, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Those that want a push of this kind: every target without tags, and each with the push's tag (``tag_of``), or with
    "urgent" where it is. Trouble goes to all where nobody asked for it: that heardback is blind must not be lost to a tag."""
    wanted = {tag_of(push), *({"urgent"} if push.is_urgent else ())}
    found = tuple(target for target in targets if not target.tags or target.tags & wanted)
    return found or (tuple(targets) if tag_of(push) == TROUBLE else ())


def tag_of(push: Push) -> str:
    """What a target must be tagged with to get it: the action's name, "summary", "alive", or "trouble" for all else that
    heardback says of itself; "" for a push that is about nothing (a trial)."""
    if push.kind in PUSH_TAGS or not push.kind:
        return push.kind
    return TROUBLE


class Pusher:
    """Sends pushes. Safe to keep for the life of the daemon; Apprise (0.5 s, 50 MB) is loaded at the first use."""

    def __init__(self, *, connect_s: float = CONNECT_S, answer_s: float = ANSWER_S, limit_s: float = LIMIT_S) -> None:
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._limit_s = limit_s

    def check(self, target: Target) -> str | None:
        """A sentence about what is wrong with the target's URL, or None. Sends nothing."""
        if self._service(target, Push(title="", body="")) is not None:
            return None
        return f"The push target {target.name} is not understood: its URL is incomplete, or its kind is not known to Apprise."

    def send(self, push: Push, targets: Sequence[Target], stop: threading.Event | None = None) -> tuple[PushOutcome, ...]:
        """Push to all targets at once and wait for each, ``limit_s`` seconds at most. One outcome a target, in their order; a
        target that is given twice rings once. Once ``stop`` is set no more answers are waited for: of those targets nothing is
        known, and they have no outcome."""
        targets = tuple({target.id: target for target in targets}.values())
        if not targets:
            return ()
        _load()  # here, not in the threads: see there
        answers: queue.SimpleQueue[PushOutcome] = queue.SimpleQueue()
        for target in targets:
            # A daemon thread: one that hangs for good must not keep the program from ending.
            threading.Thread(target=self._send_one, args=(push, target, answers), name=f"push {target.id}", daemon=True).start()
        outcomes = self._collect(answers, len(targets), stop)
        if stop is not None and stop.is_set():
            targets = tuple(target for target in targets if target.id in outcomes)
        for target in targets:
            outcome = outcomes.get(target.id)
            if outcome is None:
                outcomes[target.id] = PushOutcome(target=target.id, ok=False, detail=_NO_ANSWER, elapsed_s=self._limit_s)
        for target in targets:
            if not outcomes[target.id].ok:
                logger.info("push to %s failed: %s", target.name, outcomes[target.id].detail)
        return tuple(outcomes[target.id] for target in targets)

    def _collect(
        self, answers: queue.SimpleQueue[PushOutcome], expected: int, stop: threading.Event | None
    ) -> dict[str, PushOutcome]:
        outcomes: dict[str, PushOutcome] = {}
        end = time.monotonic() + self._limit_s
        while len(outcomes) < expected and (left_s := end - time.monotonic()) > 0:
            try:
                outcome = answers.get(timeout=min(_STOP_SLICE_S, left_s))
            except queue.Empty:
                if stop is not None and stop.is_set():
                    break
                continue
            outcomes[outcome.target] = outcome
        return outcomes

    def _send_one(self, push: Push, target: Target, answers: queue.SimpleQueue[PushOutcome]) -> None:
        started = time.monotonic()
        try:
            detail = self._notify(push, target)
        except Exception as error:  # a plugin's own bug is that target's failure, and the others are none of its business
            logger.debug("plugin of %s raised", target.name, exc_info=True)
            detail = f"its plugin failed ({type(error).__name__})"
        elapsed_s = time.monotonic() - started
        answers.put(PushOutcome(target=target.id, ok=not detail, detail=detail, elapsed_s=elapsed_s))

    def _notify(self, push: Push, target: Target) -> str:
        """ "" where Apprise says that it arrived, else why not."""
        apprise = _load()
        service = self._service(target, push)
        if service is None:
            return "its URL is not understood"
        sender = apprise.Apprise(asset=_asset())
        sender.add(service)
        started = time.monotonic()
        # TEXT: Apprise then escapes for targets that speak HTML (Telegram, e-mail). A result object since 2.0, a bool before:
        # either is true only where the target took it.
        result = sender.notify(
            title=one_line(push.title, TITLE_LENGTH),
            body=one_line(push.body, BODY_LENGTH),
            body_format=apprise.NotifyFormat.TEXT,
            interpret_escapes=False,
        )
        if result:
            return ""
        return _reason(result, time.monotonic() - started >= min(self._connect_s, self._answer_s))

    def _service(self, target: Target, push: Push) -> Any | None:
        """Apprise's plugin for the URL, with our time limits unless the URL brings its own; None where it makes no sense."""
        schema = _schema(target.url)
        if schema is None:
            return None
        service = _load().Apprise.instantiate(_with_options(target.url, schema, push), asset=_asset())
        if service is None:
            return None
        if not _has_option(target.url, "cto"):
            service.socket_connect_timeout = self._connect_s
        if not _has_option(target.url, "rto"):
            service.socket_read_timeout = self._answer_s
        return service


_NO_ANSWER = "no answer in time"


def _reason(result: Any, took_long: bool) -> str:
    """A word on the failure from what Apprise logged; its own lines hold host names, so they are not passed on."""
    for service in getattr(result, "results", ()):
        for entry in service.logs():
            if match := _STATUS_IN_LOG.search(str(entry.message)):
                return f"the server answered {match[1]}"
    return _NO_ANSWER if took_long else "could not be reached"


def _schema(url: str) -> str | None:
    schema, separator, rest = url.strip().partition("://")
    return schema.lower() if separator and rest.strip("/ ") and schema.isascii() and schema.isalnum() else None


def _has_option(url: str, name: str) -> bool:
    return re.search(rf"[?&]{name}=", url, re.IGNORECASE) is not None


def _with_options(url: str, schema: str, push: Push) -> str:
    """The URL with what some services can do beyond words. What the person put into their URL is left as it is."""
    from urllib.parse import quote

    wanted = []
    if push.click_url and schema in _CLICK_OPTION:
        wanted.append((_CLICK_OPTION[schema], push.click_url))
    priority = _priority(push)
    if priority and schema in _PRIORITIES:
        wanted.append(("priority", _PRIORITIES[schema][priority]))
    if priority == "low" and schema in _SILENT_OPTION:
        wanted.append((_SILENT_OPTION[schema], "yes"))
    for name, value in wanted:
        if not _has_option(url, name):
            url += f"{'&' if '?' in url else '?'}{name}={quote(value, safe='')}"
    return url


def _priority(push: Push) -> str:
    """ "high" for what cannot wait a day and for trouble, "low" for what asks for nothing, "" for the service's own usual."""
    if push.is_urgent or (tag_of(push) == TROUBLE and not push.kind.endswith(" over")):
        return "high"
    return "low" if push.kind == "alive" or push.kind.endswith(" over") else ""


@lru_cache(maxsize=1)
def _load() -> Any:
    """Import Apprise and all its plugins, once, in the caller's thread.

    Its plugins import modules that Python 3.11 deprecates, which must not fail programs that take warnings for errors; the
    filter for that is global while it is in place, and so this is no work for several threads at once.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    # Its lines name hosts and topics. They stay with Apprise, which hands them back in its result (``_reason``).
    logging.getLogger("apprise").propagate = False
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    return apprise


@lru_cache(maxsize=1)
def _asset() -> Any:
    apprise = _load()
    return apprise.AppriseAsset(
        app_id="heardback",
        app_desc="heardback",
        app_url="",
        theme=None,
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
