"""Options that several commands share, and how their values are read: declared once so that they mean the same everywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from heardback.model import Owner

config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration file (else $HEARDBACK_CONFIG, then the usual places).",
)

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object for programs instead of a table.")


def valid_zone(name: str) -> str:
    import difflib
    from zoneinfo import available_timezones

    zones = available_timezones()
    if name in zones:
        return name
    if not zones:
        raise ConfigError(
            ["this machine has no time zone data, so no hour of yours can be told"],
            "Install tzdata: pip install tzdata, or your system's package.",
        )
    near = difflib.get_close_matches(name, zones, n=1)
    raise UsageError(f"{name!r} is no IANA time zone.", f"Did you mean {near[0]}?" if near else "Example: America/Toronto")


def parse_moment(text: str, owner: Owner, option: str) -> datetime:
    """ISO 8601, with or without an offset (then in the owner's zone); a bare date is its first moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is no ISO 8601 time.", f"Example: {option} 2026-03-20T09:00:00-04:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=owner.zone)
