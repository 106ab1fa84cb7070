"""A real Dovecot on free loopback ports, for the tests that need a server: as root or as anybody, gone when the block ends.

    with running_dovecot(tmp_path) as server:
        server.deliver("alice", "INBOX", b"Subject: hello\\r\\n\\r\\nhello\\r\\n")
        server.url("alice")                       # "imaps://alice@localhost:41234"
        server.serve_maildir("rosa", some_path)   # a Maildir++ tree as it stands, copied

Everything that is done here is the owner's doing. Whatever else changes a flag, a mod-sequence or a place fails the test:
``check_untouched`` compares before each deed of the owner's and at the end of every test (conftest).

With ``introspection_url`` it takes access tokens too, and asks there whether they are good.

Every user exists; the password of all is "secret". Sent, Archive, Drafts, Trash and Spam exist and are marked (RFC 6154).
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

PASSWORD = "secret"
_START_TIMEOUT_S = 10.0

_CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
{unprivileged}
first_valid_uid = 1
mail_location = maildir:{base}/mail/%u:INDEX={base}/index/%u
mail_fsync = never
ssl = yes
ssl_cert = <{base}/certificate.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login {token_mechanisms}
auth_failure_delay = 0
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
{token_passdb}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
imap_idle_notify_interval = 10 s
mailbox_idle_check_interval = 1 s
mail_max_userip_connections = 100
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap_port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps_port}
    ssl = yes
  }}
}}
"""
_TOKEN_PASSDB = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/oauth2.ext
}}
"""
_INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}
username_attribute = email
active_attribute = active
active_value = true
force_introspection = yes
"""
_SPECIAL_USES = {"Drafts": "Drafts", "Sent": "Sent", "Archive": "Archive", "Trash": "Trash", "Spam": "Junk"}


def dovecot_program() -> str | None:
    """Where Dovecot is, None if this machine has none. Debian keeps it out of an ordinary user's path."""
    return shutil.which("dovecot", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    base: Path
    imap_port: int
    imaps_port: int
    group_id: int
    _left: dict[str, dict[str, list[bytes]]] = field(default_factory=dict)
    """How the owner left each user's mail."""

    @property
    def ca_file(self) -> Path:
        return self.base / "certificate.pem"

    def url(self, user: str, scheme: str = "imaps") -> str:
        port = self.imaps_port if scheme == "imaps" else self.imap_port
        return f"{scheme}://{user}@localhost:{port}"

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        self._left.clear()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group_id, signal.SIGKILL)

    def kick(self) -> None:
        """End every session that is logged in, and nothing else: what a provider does when a token has run out."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                number, _, rest = stat.read_text().partition(" (")
                name, _, fields = rest.rpartition(") ")
                if name == "imap" and int(fields.split()[2]) == self.group_id:
                    os.kill(int(number), signal.SIGKILL)

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A connection that may change things, as the owner's mail program would."""
        with self._owners_deed(user), self._logged_in(user) as client:
            yield client

    @contextlib.contextmanager
    def _logged_in(self, user: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as client:
            client.login(user, PASSWORD)
            yield client

    @contextlib.contextmanager
    def _owners_deed(self, user: str) -> Iterator[None]:
        self._check(user)
        yield
        self._left[user] = self.flags(user)

    def _check(self, user: str) -> None:
        if user in self._left:
            assert self._left[user] == self.flags(user), "a reader has changed something on the server"

    def check_untouched(self) -> None:
        """Nobody but the owner has changed anything since the last call."""
        for user in tuple(self._left):
            self._check(user)
        self._left.clear()

    def create(self, user: str, folder: str) -> None:
        with self.client(user) as client:
            assert client.create(f'"{folder}"')[0] == "OK"

    def delete(self, user: str, folder: str) -> None:
        with self.client(user) as client:
            assert client.delete(f'"{folder}"')[0] == "OK"

    def deliver(self, user: str, folder: str, content: bytes, *, received_at: datetime | None = None, flags: str = "") -> None:
        """Append one message; ``received_at`` becomes its INTERNALDATE."""
        date = imaplib.Time2Internaldate(received_at) if received_at else None
        with self.client(user) as client:
            kind, answer = client.append(f'"{folder}"', f"({flags})" if flags else None, date, content)  # type: ignore[arg-type]
        assert kind == "OK", answer

    def drop(self, user: str, contents: list[bytes]) -> None:
        """Put many messages into the INBOX at once, as files: an APPEND each would take seconds."""
        new = self.base / "mail" / user / "new"
        with self._owners_deed(user):
            for directory in (new, new.parent / "cur", new.parent / "tmp"):
                directory.mkdir(parents=True, exist_ok=True)
            for number, content in enumerate(contents):
                (new / f"{int(time.time())}.M{number}P1.drop").write_bytes(content)
            self._own(new.parent)

    def expunge(self, user: str, folder: str, number: int) -> None:
        """Delete one message by its place in the folder, for good."""
        with self.client(user) as client:
            client.select(f'"{folder}"')
            client.store(str(number), "+FLAGS", "\\Deleted")
            client.expunge()

    def rename(self, user: str, folder: str, new_name: str) -> None:
        with self.client(user) as client:
            assert client.rename(f'"{folder}"', f'"{new_name}"')[0] == "OK"

    def flags(self, user: str) -> dict[str, list[bytes]]:
        """Every message's UID, flags (``\\Recent`` too) and MODSEQ, by folder: what a reader must not change."""
        seen = {}
        with self._logged_in(user) as client:
            for line in client.list()[1]:
                marks, _, name = line.decode().rpartition(' "/" ')
                folder = name.strip('"')
                if "\\Noselect" in marks or client.select(f'"{folder}"', readonly=True)[1] == [b"0"]:
                    continue
                seen[folder] = sorted(part for part in client.fetch("1:*", "(UID FLAGS MODSEQ)")[1] if isinstance(part, bytes))
        return seen

    def serve_maildir(self, user: str, tree: Path) -> None:
        """Copy a Maildir++ tree to be this user's mail, before they first log in."""
        home = self.base / "mail" / user
        with self._owners_deed(user):
            shutil.copytree(tree, home)
            self._own(home)

    def back_up(self, user: str, folder: Path) -> None:
        """Keep the user's mail and its indexes as they are now."""
        for part in ("mail", "index"):
            shutil.copytree(self.base / part / user, folder / part)

    def put_back(self, user: str, folder: Path) -> None:
        """What an administrator does after an accident: the mail of the day before, with its UIDs."""
        with self._owners_deed(user):
            for part in ("mail", "index"):
                shutil.rmtree(self.base / part / user)
                shutil.copytree(folder / part, self.base / part / user)
                self._own(self.base / part / user)

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            for directory, below, files in os.walk(path):
                for name in (".", *below, *files):
                    os.chown(os.path.join(directory, name), pwd.getpwnam("mail").pw_uid, pwd.getpwnam("mail").pw_gid)


RUNNING: list[Dovecot] = []
"""For the check at the end of every test, whichever server it used."""


@contextlib.contextmanager
def running_dovecot(
    base: Path, *, introspection_url: str | None = None, token_mechanisms: str = "xoauth2 oauthbearer"
) -> Iterator[Dovecot]:
    """Start Dovecot below ``base`` and wait for its greeting; kill all its processes at the end (its children outlive the
    master otherwise, and a session that is logged in goes on answering)."""
    program = dovecot_program()
    assert program is not None, "no Dovecot on this machine"
    base.chmod(0o755)
    for name in ("mail", "index", "home", "run", "state"):
        (base / name).mkdir()
    make_certificate(base)
    ports = _free_ports(2)
    if introspection_url is not None:
        (base / "oauth2.ext").write_text(_INTROSPECTION.format(url=introspection_url))
    tokens = {
        "token_mechanisms": token_mechanisms if introspection_url else "",
        "token_passdb": _TOKEN_PASSDB.format(base=base) if introspection_url else "",
    }
    (base / "dovecot.conf").write_text(_configuration(base, *ports, tokens))
    process = subprocess.Popen(
        [program, "-F", "-c", str(base / "dovecot.conf")],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Dovecot(base=base, imap_port=ports[0], imaps_port=ports[1], group_id=process.pid)
    try:
        _await_greeting(server, process)
        RUNNING.append(server)
        yield server
        server.check_untouched()
    finally:
        if server in RUNNING:
            RUNNING.remove(server)
        server.kill()
        process.wait()


def _configuration(base: Path, imap_port: int, imaps_port: int, tokens: dict[str, str]) -> str:
    if os.geteuid() == 0:
        account, unprivileged = pwd.getpwnam("mail"), ""
        for name in ("mail", "index", "home"):
            os.chown(base / name, account.pw_uid, account.pw_gid)
        _open_way_to(base)
    else:
        account = pwd.getpwuid(os.geteuid())
        group = _group_name(account.pw_gid)
        unprivileged = (
            f"default_login_user = {account.pw_name}\ndefault_internal_user = {account.pw_name}\ndefault_internal_group = {group}"
        )
    mailboxes = "".join(
        f"  mailbox {name} {{\n    special_use = \\{use}\n    auto = create\n  }}\n" for name, use in _SPECIAL_USES.items()
    )
    return _CONFIGURATION.format(
        base=base,
        user=account.pw_name,
        group=_group_name(account.pw_gid),
        password=PASSWORD,
        unprivileged=unprivileged,
        mailboxes=mailboxes,
        imap_port=imap_port,
        imaps_port=imaps_port,
        **tokens,
    )


def _group_name(group_id: int) -> str:
    import grp

    return grp.getgrgid(group_id).gr_name


def _open_way_to(base: Path) -> None:
    """pytest makes its directories 0700; as root, Dovecot's own user must get through."""
    for directory in base.parents:
        mode = directory.stat().st_mode
        if not mode & 0o001:
            directory.chmod(mode | 0o011)


def make_certificate(base: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(base / "key.pem"), "-out", str(base / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _await_greeting(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    context = ssl.create_default_context(cafile=server.ca_file)
    give_up_at = time.monotonic() + _START_TIMEOUT_S
    while True:
        try:
            with (
                socket.create_connection(("127.0.0.1", server.imaps_port), timeout=5) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as protected,
            ):
                assert protected.recv(100).startswith(b"* OK")
                return
        except OSError:
            log = server.base / "log"
            said = log.read_text() if log.exists() else ""
            assert process.poll() is None, f"Dovecot did not start: {said}"
            assert time.monotonic() < give_up_at, f"Dovecot does not greet: {said}"
            time.sleep(0.02)
