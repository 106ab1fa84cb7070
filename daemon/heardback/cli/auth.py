"""``heardback auth``: the one-time consent for a mailbox that is opened by a grant, tried out at once by a read-only login.

A person at a desktop answers in the browser and sees the end of it here. On a machine without one the link is opened elsewhere,
and the address that the browser ends at (a page that cannot be shown) is brought back: pasted at the prompt, or given to a second
call as ``--answer``. Whatever is asked here can be said as an option.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heardback.cli.options import config_option
from heardback.errors import LoginRefused, UsageError

if TYPE_CHECKING:
    from heardback.cli.session import Session
    from heardback.config import MailboxSettings
    from heardback.mailbox.consent import DeviceCode, Question
    from heardback.mailbox.grants import Grant, GrantStore
    from heardback.mailbox.oauth import Client, Tokens

BROWSER_PATIENCE_S = 600.0
TESTING_TERM = timedelta(days=7)
"""How long Google lets a client in "Testing" keep a grant. https://developers.google.com/identity/protocols/oauth2#expiration"""


@click.command("auth")
@config_option
@click.argument("name", metavar="MAILBOX")
@click.option("--browser/--no-browser", default=None, help="Open the browser of this machine, or show the link alone.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where this machine listens for the browser (else any free port).")
@click.option("--answer", metavar="URL", help="The address that the browser ended at, for a link shown by an earlier call.")
@click.option("--forget", is_flag=True, help="Throw the grant away.")
def auth_command(
    config: Path | None, name: str, browser: bool | None, port: int | None, answer: str | None, forget: bool
) -> None:
    """Grant heardback a mailbox at Google or Microsoft, in a browser."""
    from heardback.cli.check import check_mailbox
    from heardback.cli.granting import client_of, grant_store_for
    from heardback.cli.main import exit_with
    from heardback.cli.session import configure_logging, open_session

    configure_logging()
    with open_session(config) as session:
        mailbox = _find(session, name)
        store = grant_store_for(mailbox, session.settings.grants_path())
        if store is not None:
            client = client_of(mailbox)
            if forget:
                _forget(store, client)
                return
            tokens = consent(client, store, account=mailbox.address.user, browser=browser, port=port, answer=answer)
            grant = keep(session, mailbox, client, store, tokens)
            _tell(session, mailbox, client, store, grant)
        elif forget:
            raise UsageError(f"{name}: a command gives its tokens; there is no grant to forget.")
        status = check_mailbox(session, mailbox)
    exit_with(status)


def _find(session: Session, name: str) -> MailboxSettings:
    mailboxes = session.settings.mailboxes
    found = next((mailbox for mailbox in mailboxes if mailbox.name.casefold() == name.casefold()), None)
    if found is None:
        names = ", ".join(mailbox.name for mailbox in mailboxes)
        raise UsageError(f"There is no mailbox “{name}” in the configuration.", f"There is: {names}.")
    if found.oauth is None:
        raise UsageError(
            f"The mailbox {found.name} is opened without a grant; there is nothing to ask for.",
            "For one at Google or Microsoft write oauth = { provider = ... } in its block; config/README.md says how.",
        )
    return found


# -------------------------------------------------------------------------------------------- the consent


def consent(
    client: Client, store: GrantStore, *, account: str, browser: bool | None, port: int | None, answer: str | None
) -> Tokens:
    """Ask, by whichever way this provider and this machine have, until there are tokens or a reason why not."""
    from heardback.mailbox.consent import grant_by_device_code, question_of, redeem, unheard_redirect

    if client.provider.is_by_code:
        if answer is not None or port is not None:
            raise UsageError("Microsoft asks for a code at its own page; --answer and --port are for Google.")
        return grant_by_device_code(client, _show_code, mailbox=store.mailbox)
    if answer is not None:
        question = _waiting_question(store)
        tokens = redeem(client, question, answer, mailbox=store.mailbox)
        store.question_place().remove()
        return tokens
    opens = has_browser(os.environ) if browser is None else browser
    if opens or port is not None:
        return _by_browser(client, store, account=account, port=port or 0, opens=opens)
    question = question_of(client, redirect_uri=unheard_redirect(), account=account)
    return redeem(client, question, _by_hand(question, store), mailbox=store.mailbox)


def has_browser(environ: Mapping[str, str]) -> bool:
    """Whether a browser of this machine would be seen by whoever types here."""
    if environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _by_browser(client: Client, store: GrantStore, *, account: str, port: int, opens: bool) -> Tokens:
    import webbrowser

    from heardback.mailbox.consent import Listener, question_of, redeem

    with Listener(port) as listener:
        question = question_of(client, redirect_uri=listener.redirect_uri, account=account)
        if not (opens and webbrowser.open(question.url)):
            click.echo(f"Open this link in a browser that reaches port {listener.port} of this machine:")
        else:
            click.echo("The browser is asking you now. If it is not, open this link in it:")
        click.echo(f"\n  {question.url}\n")
        answer = listener.wait(question, BROWSER_PATIENCE_S)
    if answer is None:
        minutes = int(BROWSER_PATIENCE_S // 60)
        raise LoginRefused(
            f"{store.mailbox}: no answer came within {minutes} minutes.",
            f"If the browser could not come back to this machine: heardback auth {store.mailbox} --no-browser",
        )
    return redeem(client, question, answer, mailbox=store.mailbox)


def _by_hand(question: Question, store: GrantStore) -> str:
    """The address carried over: pasted by a person, or by a second call where nobody is at the terminal."""
    click.echo(f"Open this link in any browser:\n\n  {question.url}\n")
    click.echo("When you have agreed, the browser ends at an address that it cannot show. That address is the answer.")
    if sys.stdin.isatty():
        return str(click.prompt("Paste it here"))
    from heardback.mailbox.consent import question_to_text

    store.question_place().write(question_to_text(question))
    raise LoginRefused(
        f"{store.mailbox}: the grant waits for your answer.", f"Then: heardback auth {store.mailbox} --answer 'ADDRESS'"
    )


def _waiting_question(store: GrantStore) -> Question:
    from heardback.mailbox.consent import question_from_text

    text = store.question_place().read()
    try:
        if text is not None:
            return question_from_text(text)
    except (TypeError, ValueError):
        pass
    raise UsageError(
        f"{store.mailbox}: no link waits for an answer.", f"First: heardback auth {store.mailbox} --no-browser </dev/null"
    )


def _show_code(code: DeviceCode) -> None:
    click.echo(f"Open {code.page} in any browser and type this code, within {code.minutes} minutes:\n\n  {code.code}\n")
    click.echo("Waiting for it (Ctrl-C gives up) ...")


# ------------------------------------------------------------------------------------ what came of it


def keep(session: Session, mailbox: MailboxSettings, client: Client, store: GrantStore, tokens: Tokens) -> Grant:
    """Store the grant. Raises LoginRefused for one that would not do: a box left unticked, no way to renew it."""
    from heardback.mailbox.oauth import grant_of, missing_scopes

    provider, name = client.provider.name, mailbox.name
    if tokens.scopes and missing_scopes(client.scopes, tokens.scopes):
        raise LoginRefused(
            f"{name}: {provider} granted less than reading takes.",
            f"Tick the box for your mail when it asks, or it grants nothing: heardback auth {name}",
        )
    if not tokens.refresh_token:
        raise LoginRefused(
            f"{name}: {provider} granted one hour and no way to renew it.",
            f"Take the old grant back at {client.provider.revoke_page}, then: heardback auth {name}",
        )
    assert mailbox.oauth is not None
    grant = grant_of(client, tokens, session.now(), TESTING_TERM if mailbox.oauth.testing else None)
    with store.locked():
        store.save(grant)
    return grant


def _tell(session: Session, mailbox: MailboxSettings, client: Client, store: GrantStore, grant: Grant) -> None:
    from heardback.view.words import moment_words

    click.echo(f"{client.provider.name} lets heardback read {mailbox.name}: {', '.join(client.scopes)}")
    if not all(scope.endswith(".readonly") for scope in client.scopes):
        click.echo(
            "  The grant is wider than reading, since there is no narrower one for IMAP. heardback opens the mailbox read-only."
        )
    click.echo(f"  Kept in {store}, which only you can read. Renewed by itself; heardback auth {mailbox.name} --forget ends it.")
    if grant.ends_at is not None:
        ends = moment_words(grant.ends_at, session.books.owner.zone)
        click.echo(f"  It ends {ends}, and you are told the day before. A client that is published has grants that last.")


def _forget(store: GrantStore, client: Client) -> None:
    with store.locked():
        was_there = store.term() is not None
        store.remove()
        store.question_place().remove()
    click.echo(f"{store.mailbox}: {'the grant is thrown away' if was_there else 'there was no grant'}.")
    click.echo(f"  {client.provider.name} still knows of it until you take it back there: {client.provider.revoke_page}")
