"""The recruiter who did not come to the call, as the owner tells it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.end_to_end.daemon import OWNER, MaildirPost, letter, with_invite
from tests.end_to_end.test_commands import configure, heardback


def test_a_call_to_which_nobody_came_is_said_asked_about_and_taken_back(tmp_path: Path) -> None:
    post = MaildirPost(tmp_path / "mail")
    now = datetime.now(OWNER.zone).replace(minute=0, second=0, microsecond=0)
    start = now - timedelta(days=8)
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    post.deliver(with_invite(letter(start - timedelta(days=2), words), start, start + timedelta(hours=1)))
    config = configure(tmp_path, f'name = "home"\nurl = "maildir:{post.folder}"')
    config.write_text(config.read_text().replace('addresses = ["', 'addresses = ["rosa@quill.example", "'))
    option = ("--config", str(config))
    assert heardback("scan", *option).returncode == 0
    said = heardback("interview", "brightforge", "--missed", *option)
    assert said.returncode == 0, said.stderr
    assert "nobody came to the interview on" in said.stdout
    assert "Now past its date. They did not come to your interview on" in said.stdout
    letter_to_send = heardback("draft", "brightforge", *option).stdout
    assert "nobody came to the call" in letter_to_send
    assert "Thank you again" not in letter_to_send
    assert "took back missed" in heardback("undo", *option).stdout
    assert "They did not come" not in heardback("status", *option).stdout


def test_what_cannot_have_been_missed_is_refused(tmp_path: Path) -> None:
    post = MaildirPost(tmp_path / "mail")
    start = datetime.now(OWNER.zone) + timedelta(days=3)
    words = "Hi Rosa, your interview for the Data Engineer role is attached.\n\nDana"
    post.deliver(with_invite(letter(start - timedelta(days=5), words), start, start + timedelta(hours=1)))
    config = configure(tmp_path, f'name = "home"\nurl = "maildir:{post.folder}"')
    config.write_text(config.read_text().replace('addresses = ["', 'addresses = ["rosa@quill.example", "'))
    assert heardback("scan", "--config", str(config)).returncode == 0
    for arguments in (("--missed",), ("--missed", "tomorrow 2pm"), ()):
        assert heardback("interview", "brightforge", *arguments, "--config", str(config)).returncode == 2
