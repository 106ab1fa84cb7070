"""``heardback scan``: one pass. Configured, it reads what is new into the ledger; ad hoc (``--mailbox``), it writes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import config_option, json_option, parse_moment, valid_zone
from heardback.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from heardback.model import Owner


@click.command("scan")
@config_option
@json_option
@click.option("--as-of", metavar="TIME", help="Judge at this moment (ISO 8601); later messages do not exist. Only looks.")
@click.option(
    "--dry-run", is_flag=True, help="Write and push nothing; list what would be pushed. Configured, it reads the ledger alone."
)
@click.option("--notify", is_flag=True, help="Push what is due, like the service would.")
@click.option("--since", metavar="DATE", help="How far back a first reading goes (a year).")
@click.option(
    "--mailbox",
    "url",
    metavar="URL",
    help="Scan this mailbox without a configuration, e.g. imaps://me@mail.example or maildir:PATH.",
)
@click.option("--me", multiple=True, metavar="ADDRESS", help="Your own address, with --mailbox; may be given several times.")
@click.option("--timezone", metavar="ZONE", help="Your time zone, with --mailbox: America/Toronto.")
@click.option("--country", metavar="CC[-REGION]", help="Whose holidays count; follows from the time zone unless given.")
@click.option(
    "--password-command", metavar="COMMAND", help="Prints the password, with --mailbox; else HEARDBACK_PASSWORD or the terminal."
)
@click.option("--ca-file", type=click.Path(dir_okay=False), help="Trust this certificate authority, with --mailbox.")
def scan_command(
    config: Path | None,
    as_json: bool,
    as_of: str | None,
    dry_run: bool,
    notify: bool,
    since: str | None,
    url: str | None,
    me: tuple[str, ...],
    timezone: str | None,
    country: str | None,
    password_command: str | None,
    ca_file: str | None,
) -> None:
    """Read the mail once and show how every application stands."""
    if url is None:
        strays = [
            name
            for name, value in (
                ("--me", me),
                ("--timezone", timezone),
                ("--country", country),
                ("--password-command", password_command),
                ("--ca-file", ca_file),
            )
            if value
        ]
        if strays:
            raise UsageError(f"{', '.join(strays)} goes with --mailbox.", "Without --mailbox these come from the configuration.")
        from heardback.cli.configured import scan_configured

        scan_configured(config, as_json=as_json, as_of=as_of, dry_run=dry_run, notify=notify, since=since)
        return
    if notify:
        raise UsageError(
            "--notify needs a configuration: without a ledger the same nudge would be sent again and again.",
            "Write one (config/README.md), then: heardback scan --notify",
        )
    if config is not None:
        raise UsageError("--config and --mailbox exclude each other.", "Leave one of them out.")
    owner = ad_hoc_owner(me, timezone, country)
    _scan_ad_hoc(
        url, owner, as_json=as_json, as_of=as_of, dry_run=dry_run, since=since, password_command=password_command, ca_file=ca_file
    )


def ad_hoc_owner(me: tuple[str, ...], timezone: str | None, country: str | None) -> Owner:
    from heardback.model import Owner
    from heardback.workdays import parse_place, place_of_zone

    if not me or not timezone:
        raise UsageError(
            "--mailbox needs --me and --timezone.",
            "Example: heardback scan --mailbox maildir:~/Mail --me rosa@quill.example --timezone America/Chicago",
        )
    zone = valid_zone(timezone)
    place = place_of_zone(zone)
    if country is not None:
        place = parse_place(country)
        if place is None:
            raise UsageError(f"No holidays are known for {country!r}.", "Write a country (CA) or country-region (CA-ON).")
    return Owner(
        name="",
        addresses=frozenset(address.strip().lower() for address in me),
        timezone=zone,
        country=place.country if place else None,
        region=place.region if place else None,
    )


def _scan_ad_hoc(
    url: str,
    owner: Owner,
    *,
    as_json: bool,
    as_of: str | None,
    dry_run: bool,
    since: str | None,
    password_command: str | None,
    ca_file: str | None,
) -> None:
    from heardback.cli.output import print_overview, print_planned, progress_bar
    from heardback.clock import SystemClock
    from heardback.mailbox.open import open_source
    from heardback.mailbox.url import parse_mailbox_url
    from heardback.scan import default_since, scan_source

    now = parse_moment(as_of, owner, "--as-of") if as_of else SystemClock().now()
    start = parse_moment(since, owner, "--since") if since else default_since(now)
    address = parse_mailbox_url(url)
    source = open_source(
        address,
        name=url.partition("?")[0],
        password=lambda: _password(password_command, url),
        ca_file=Path(ca_file) if ca_file else None,
    )
    try:
        with progress_bar(quiet=as_json) as progress:
            overview = scan_source(source, owner=owner, now=now, since=start, progress=progress)
    finally:
        source.close()
    print_overview(overview, owner, as_json=as_json)
    if dry_run and not as_json:
        print_planned(overview, owner)


def _password(command: str | None, url: str) -> str:
    """From ``--password-command``, HEARDBACK_PASSWORD, or the terminal, in this order."""
    if command:
        from heardback.config import Secret

        return Secret(command=command).resolve()
    if "HEARDBACK_PASSWORD" in os.environ:
        return os.environ["HEARDBACK_PASSWORD"]
    if not os.isatty(0):
        raise ConfigError([f"There is no password for {url}."], "Give --password-command or set HEARDBACK_PASSWORD.")
    return str(click.prompt(f"Password for {url}", hide_input=True, err=True))
