"""The example configuration and the units, wherever the program came from: inside a wheel (pyproject.toml puts them into
``heardback/shipped/``) or a checkout, where they lie in ``config/`` and ``systemd/`` and are the only copy."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

CONFIG_FILES = ("heardback.toml", "heardback.schema.json")
UNIT_FILES = ("heardback.service", "heardback@.service", "heardback-scan.service", "heardback-scan.timer")


def shipped_text(name: str) -> str:
    """The text of one of CONFIG_FILES or UNIT_FILES. Raises ValueError for another name."""
    if name not in CONFIG_FILES + UNIT_FILES:
        raise ValueError(f"nothing is shipped under the name {name}")
    folder = "config" if name in CONFIG_FILES else "systemd"
    checkout = Path(__file__).parents[2] / folder / name
    if checkout.is_file():
        return checkout.read_text(encoding="utf-8")
    return resources.files("heardback").joinpath("shipped", name).read_text(encoding="utf-8")
