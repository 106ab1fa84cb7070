"""Options that several commands share, declared once so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path

import click

config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration file (else $HEARDBACK_CONFIG, then the usual places).",
)

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object for programs instead of a table.")
