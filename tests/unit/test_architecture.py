"""Who may know whom. Read from the source of every module, so that a rule is broken by writing the line, not by running it.

The rules and their reasons are in daemon/ARCHITECTURE.md. A rule that turns out wrong is changed there and here in one commit.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "daemon" / "heardback"

FOUNDATION = {"model", "errors", "clock", "workdays"}
"""Know nobody of ours; ``workdays`` is about values and may be used by the pure packages."""

PURE_PACKAGES = ("reading", "understanding", "matching", "policy", "view")
"""And all of ``notify`` but ``notify.push``: words and when to say them."""

ADAPTERS = ("mailbox", "ledger", "notify.push")

MAY_KNOW = {"model", "errors", "workdays"}

EFFECTS = {
    "asyncio",
    "concurrent",
    "ftplib",
    "glob",
    "http",
    "imaplib",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "requests",
    "secrets",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}
"""A pure module imports none of them: it has no file, socket, process, clock or chance. ``importlib.resources`` is not among
them: the phrase tables are part of the program."""

HEAVY = {
    "apprise": (),
    "dateparser": (),
    "google": ("mailbox.gmail", "mailbox.oauth"),
    "google_auth_httplib2": ("mailbox.gmail", "mailbox.oauth"),
    "googleapiclient": ("mailbox.gmail", "mailbox.oauth"),
    "holidays": (),
    "httplib2": ("mailbox.gmail", "mailbox.oauth"),
    "icalendar": (),
    "imapclient": ("mailbox.imap",),  # and mailbox.imap_...
    "jinja2": (),
    "keyring": (),
    "msal": (),
    "platformdirs": (),
    "pydantic": ("config", "secret"),
    "pydantic_core": (),
    "requests": (),
    "rich": (),
    "selectolax": (),
}
"""Library -> the modules that may import it at their top, because they are imported only where it is needed."""

LONGEST_MODULE = 550

LONG = {"model", "understanding.timeframes.grammar", "understanding.timeframes.days"}
"""Longer ones, each by consent: a list of values and two lists of rules, which are read as lists."""


@dataclass(frozen=True)
class Import:
    """``target`` as an absolute dotted name; ``is_top``: runs when the module is imported."""

    module: str
    line: int
    target: str
    is_top: bool

    @property
    def root(self) -> str:
        return self.target.partition(".")[0]

    @property
    def ours(self) -> str | None:
        """The part after "heardback.", "" for the package itself, None for others."""
        root, _, rest = self.target.partition(".")
        return rest if root == "heardback" else None

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def sources() -> dict[str, ast.Module]:
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def walk(node: ast.AST, is_top: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    """All nodes but those under ``if TYPE_CHECKING:``, each with whether it runs on import."""
    for child in ast.iter_child_nodes(node):
        if is_type_checking(child):
            continue
        inner = is_top and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield child, inner
        yield from walk(child, inner)


def targets(node: ast.AST, module: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module="heardback", names=names):
            yield from (f"heardback.{alias.name}" if alias.name in MODULES_AT_TOP else "heardback" for alias in names)
        case ast.ImportFrom(module=str(origin), level=0, names=names):
            # "from heardback.notify import push" names a module, and the rules are about modules.
            whole = [f"{origin}.{alias.name}" for alias in names]
            yield from (name if name.removeprefix("heardback.") in sources() else origin for name in whole)
        case ast.ImportFrom():
            yield f"heardback.{module}.relative"


MODULES_AT_TOP = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith("_")}


@cache
def imports() -> tuple[Import, ...]:
    return tuple(
        Import(module, getattr(node, "lineno", 0), target, is_top)
        for module, tree in sources().items()
        for node, is_top in walk(tree)
        for target in targets(node, module)
    )


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def is_in_any(module: str, packages: tuple[str, ...] | set[str]) -> bool:
    return any(is_in(module, package) for package in packages)


def is_pure(module: str) -> bool:
    return is_in_any(module, PURE_PACKAGES) or (is_in(module, "notify") and not is_in(module, "notify.push"))


def told(found: list[Import]) -> str:
    """One line each, so that a failure names them all."""
    return "\n".join(sorted(str(each) for each in found))


# ------------------------------------------------------------------------------------- who knows whom


def test_the_foundation_knows_nobody() -> None:
    assert told([each for each in imports() if each.module in FOUNDATION and each.ours]) == ""


def test_pure_packages_know_only_values_and_themselves() -> None:
    def is_own(target: str, module: str) -> bool:
        return target.partition(".")[0] == module.partition(".")[0] and is_pure(target)

    wrong = [
        each
        for each in imports()
        if is_pure(each.module) and each.ours and each.ours not in MAY_KNOW and not is_own(each.ours, each.module)
    ]
    assert told(wrong) == ""


def test_pure_packages_touch_no_file_socket_process_or_clock() -> None:
    wrong = [each for each in imports() if is_pure(each.module) and each.root in EFFECTS]
    assert told(wrong) == ""


def test_pure_packages_open_nothing_and_print_nothing() -> None:
    wrong = [
        f"{module}:{node.lineno} calls {node.func.id}"
        for module, tree in sources().items()
        if is_pure(module)
        for node, _ in walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}
    ]
    assert wrong == []


def test_adapters_know_no_judgement() -> None:
    """``notify.push`` may know its own package's words for hostile text, and nothing that judges."""
    wrong = [
        each
        for each in imports()
        if is_in_any(each.module, ADAPTERS)
        and each.ours
        and is_pure(each.ours)
        and not (is_in(each.module, "notify") and is_in(each.ours, "notify.wording"))
    ]
    assert told(wrong) == ""


def test_adapters_do_not_know_each_other() -> None:
    wrong = [
        each
        for each in imports()
        for own in ADAPTERS
        if is_in(each.module, own) and each.ours and is_in_any(each.ours, tuple(other for other in ADAPTERS if other != own))
    ]
    assert told(wrong) == ""


def test_nothing_imports_the_commands() -> None:
    wrong = [
        each
        for each in imports()
        if each.ours and is_in(each.ours, "cli") and not is_in(each.module, "cli") and each.module != "__main__"
    ]
    assert told(wrong) == ""


def test_only_wiring_knows_the_settings() -> None:
    """Whoever else took ``Settings`` could not be used, or tested, without a file."""
    wrong = [
        each
        for each in imports()
        if each.ours == "config" and not is_in(each.module, "cli") and each.module not in {"watch", "config"}
    ]
    assert told(wrong) == ""


def test_sql_is_in_the_ledger_alone() -> None:
    """``mailbox`` would be next in line to keep a little table of its own."""
    assert told([each for each in imports() if each.root == "sqlite3" and not is_in(each.module, "ledger")]) == ""


def test_imports_are_absolute() -> None:
    assert told([each for each in imports() if each.target.endswith(".relative")]) == ""


# ----------------------------------------------------------------------------------------- the clock

CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "sleep"),
}


def test_only_the_clock_asks_what_time_it_is_or_sleeps() -> None:
    """Anywhere else it is a test that cannot be written: three weeks of silence have to pass in a millisecond."""
    wrong = [
        f"{module}:{node.lineno} calls {node.value.id}.{node.attr}"
        for module, tree in sources().items()
        if module != "clock"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCK_CALLS
    ]
    wrong += [
        f"{module}:{node.lineno} imports {alias.name} from time"
        for module, tree in sources().items()
        if module != "clock"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name in {"time", "sleep"}
    ]
    assert wrong == []


# ------------------------------------------------------------------------------------- shape and weight


@pytest.mark.parametrize(
    "name",
    [
        "model",
        "errors",
        "clock",
        "config",
        "log",
        "mailbox",
        "mailbox.source",
        "mailbox.imap",
        "mailbox.files",
        "reading",
        "understanding",
        "matching",
        "policy",
        "ledger",
        "notify",
        "notify.compose",
        "notify.push",
        "notify.outbox",
        "view",
        "scan",
        "watch",
        "cli",
        "cli.main",
    ],
)
def test_the_module_that_the_design_names_exists(name: str) -> None:
    assert name in sources()


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, tree in sources().items() if not ast.get_docstring(tree)]
    assert silent == []


def test_heavy_libraries_are_imported_where_they_are_needed() -> None:
    wrong = [
        each
        for each in imports()
        if each.is_top and each.root in HEAVY and not each.module.startswith(HEAVY[each.root] or ("-",))
    ]
    assert told(wrong) == ""


def test_no_module_has_grown_past_a_screenful_of_screens() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE and name not in LONG} == {}


def test_help_loads_none_of_the_heavy_libraries() -> None:
    """``heardback --help`` is the first thing a person tries; a second of silence there says what the program is like."""
    program = (
        "import sys, json\n"
        "from heardback.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "json.dump(sorted({name.partition('.')[0] for name in sys.modules}), sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert "Commands" in done.stdout
    assert sorted(set(json.loads(done.stderr)) & set(HEAVY)) == []


@pytest.mark.parametrize("module", ["model", "errors", "clock", "workdays", "scan", "watch", "policy"])
def test_what_others_import_stays_light(module: str) -> None:
    program = f"import sys, heardback.{module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert sorted(set(done.stdout.split()) & set(HEAVY)) == []


# -------------------------------------------------------------------------------- the rules themselves


def test_the_reading_of_imports_sees_functions_types_and_modules() -> None:
    """A check of the checker: a rule over nothing holds always."""
    tree = ast.parse(
        "import os\nif TYPE_CHECKING:\n    import socket\ndef f():\n    import time\nfrom heardback.notify import push\n"
    )
    found = [(target, is_top) for node, is_top in walk(tree) for target in targets(node, "x")]
    assert found == [("os", True), ("time", False), ("heardback.notify.push", True)]
    assert len(imports()) > 200
