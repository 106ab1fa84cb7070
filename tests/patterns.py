"""Every pattern that the program compiles, held against strings made to make it run long. `python -m tests.patterns` prints them.

Patterns are caught where they are made (``re.compile``), by whatever module of ours: one that is built from a phrase table or in
a function is looked at as well. The strings are the usual hostile ones, and for each pattern its own letters again and again:
what a pattern nearly matches is what it runs long on.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LENGTH = 600
"""Characters: more than most sentences have. What is cubic is bearable at this length, and what is worse does not end."""
LIMIT_S = 0.5
HOPELESS_S = 2.0

SEEDS = (
    *"aA 1.,-_\n\t<>()[\"'=?@/:;\\é\u200b",
    *("a ", "A a ", "1 ", "1.", "1:", "a.", "a@", "a@a.", "a-", "a, ", "> ", "<a ", "</a>", "((", "=?", "=?a?q?", "--", "a\n"),
    *("\r\n", "http://", "x-", "by ", "the ", "on ", "you ", "we ", "will ", "Friday ", "12 March ", "next week ", "3pm ", "to "),
    *("and ", "or ", "Dr. ", "Re: ", "aA1"),
)


@dataclass(frozen=True, slots=True)
class Slow:
    where: str
    pattern: str
    attack: str
    seconds: float


Patterns = dict[tuple[str | bytes, int], tuple[str, re.Pattern[Any]]]
"""(Pattern, flags) -> (where it was compiled, itself)."""


class _Overtime(BaseException):
    pass


def collect() -> Patterns:
    """Import all of heardback, read a few letters so that lazy tables are built, and answer what was compiled, and by whom."""
    found: Patterns = {}
    real: Callable[..., re.Pattern[Any]] = re.compile

    def watching(pattern: Any, flags: Any = 0) -> re.Pattern[Any]:
        compiled = real(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_globals.get("__name__") in ("re", "functools"):
            frame = frame.f_back
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("heardback"):
            found.setdefault((compiled.pattern, compiled.flags), (f"{name}:{frame.f_lineno}", compiled))
        return compiled

    re.compile = watching  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import heardback

            for module in pkgutil.walk_packages(heardback.__path__, "heardback."):
                if not module.name.endswith("__main__"):
                    importlib.import_module(module.name)
            _use()
    finally:
        re.compile = real
    return found


def _use() -> None:
    from tests.fuzz.targets import TARGETS

    for words in (
        b"You will hear from us by Friday. Can we meet on 12 March at 3pm ET? Unfortunately we chose another candidate.",
        "Wir melden uns bis Freitag, den 13. März. Nous reviendrons vers vous la semaine prochaine. Hasta el viernes.".encode(),
    ):
        for target in TARGETS.values():
            target(words)


def attacks(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Strings for one pattern: the usual ones, and its own words repeated, with something behind that cannot match."""
    own = re.findall(r"[A-Za-z][A-Za-z']+", str(pattern.pattern))
    words = list(dict.fromkeys(own))
    seeds = [*SEEDS, " ".join(words[:40]) + " ", *(f"{word} " for word in words[:8])]
    for seed in seeds:
        yield (seed * (LENGTH // len(seed) + 1))[:LENGTH] + "\x00"


def ways_of_use(where: str, pattern: re.Pattern[Any]) -> list[Callable[[Any], object]]:
    """How the module that compiled it asks: whoever only ever calls ``fullmatch`` need not fear a long search, and the other way
    round. A pattern without a name of its own is taken to be searched for."""
    module, _, line = where.partition(":")
    ways: set[str] = set()
    for name in _names_at(module, int(line)):
        ways |= _methods(module).get(name, set())
    known: dict[str, Callable[[Any], object]] = {
        "search": lambda subject: sum(1 for _ in pattern.finditer(subject)),
        "match": pattern.match,
        "fullmatch": pattern.fullmatch,
    }
    scanning = {"search", "finditer", "findall", "sub", "subn", "split"}
    asked = {"search" if way in scanning else way for way in ways} & known.keys()
    return [known[way] for way in sorted(asked or {"search"})]


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8"))


def _names_at(module: str, line: int) -> Iterator[str]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line <= (node.end_lineno or node.lineno):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id


@cache
def _methods(module: str) -> dict[str, set[str]]:
    """Name of a pattern -> the methods of it that the module calls."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def slow_ones(found: Patterns, limit_s: float = LIMIT_S) -> Iterator[Slow]:
    def ring(*_: object) -> None:
        raise _Overtime

    signal.signal(signal.SIGALRM, ring)
    for where, pattern in found.values():
        ways = ways_of_use(where, pattern)
        for attack in attacks(pattern):
            subject: Any = attack.encode() if isinstance(pattern.pattern, bytes) else attack
            began = time.process_time()
            signal.setitimer(signal.ITIMER_REAL, HOPELESS_S)
            try:
                for use in ways:
                    use(subject)
            except _Overtime:
                pass
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            seconds = time.process_time() - began
            if seconds > limit_s:
                yield Slow(where, str(pattern.pattern)[:200], attack[:30], seconds)


def main() -> None:
    found = collect()
    sys.stdout.write(f"{len(found)} patterns\n")
    slow = sorted(slow_ones(found), key=lambda one: -one.seconds)
    for one in slow:
        sys.stdout.write(f"{one.seconds:6.2f} s  {one.where}  {one.attack!r}  {one.pattern[:80]!r}\n")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
