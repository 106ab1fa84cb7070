"""A small IMAP server that behaves, until it is told not to: for faults that a real server does not show on demand.

    server = ScriptedImap({"INBOX": {1: letter(1)}})
    server.on("FETCH", lambda session, tag, line: session.hang_up())
    with server.running() as url: ...

A reaction takes the place of the usual answer to one command, as often as it was given with ``times``. Everything that
clients said is kept in ``said``.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Reaction = Callable[["Session", str, str], None]

_COMMAND = re.compile(r"(\S+) (?:UID )?([A-Z]+) ?(.*)", re.IGNORECASE | re.DOTALL)


@dataclass
class ScriptedImap:
    folders: dict[str, dict[int, bytes]]
    """Messages by UID; the folders appear in LIST as they are named here, after their marks: ``\\Sent Sent Items``."""
    capabilities: str = "IMAP4rev1 IDLE NAMESPACE"
    labels: dict[int, str] = field(default_factory=dict)
    """X-GM-LABELS by UID."""
    validity: int = 7
    validities: dict[str, int] = field(default_factory=dict)
    """UIDVALIDITY of folders that have one of their own."""
    modseq: int | None = None
    """HIGHESTMODSEQ of every folder."""
    uid_next: int | None = None
    """In place of the last UID and one."""
    uid_next_is_told: bool = True
    segment_bytes: int | None = None
    """Everything is sent in pieces of this size."""
    cut_after_bytes: int | None = None
    """The line breaks once so much was sent, one time."""
    said: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    _reactions: dict[str, list[Reaction]] = field(default_factory=dict)

    def on(self, command: str, reaction: Reaction, *, times: int = 1) -> None:
        """React to the next ``times`` uses of a command in place of the usual answer."""
        self._reactions.setdefault(command, []).extend([reaction] * times)

    def reaction(self, command: str) -> Reaction | None:
        waiting = self._reactions.get(command)
        return waiting.pop(0) if waiting else None

    def commands(self, word: str) -> list[str]:
        return [line for line in self.said if f" {word} " in f" {line} "]

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Serve on a free loopback port; give the mailbox URL. A fault in a reaction fails the test."""
        listener = socket.create_server(("127.0.0.1", 0))
        sessions: list[socket.socket] = []
        threads: list[threading.Thread] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    sessions.append(connection)
                    thread = threading.Thread(target=Session(self, connection).serve, daemon=True)
                    threads.append(thread)
                    thread.start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield f"imap://rosa@127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            for connection in sessions:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            for thread in (acceptor, *threads):
                thread.join(5)
            for connection in sessions:
                connection.close()
        assert not self.failures, self.failures


class Session:
    """One connection."""

    def __init__(self, server: ScriptedImap, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines = connection.makefile("rb")
        self.selected = ""
        self.idle_tag = ""
        self.next_line: Callable[[str], None] | None = None
        """Takes the next line in place of a command: the client's half of an exchange."""

    def serve(self) -> None:
        try:
            self.send("* OK ready")
            for line in self._lines:
                self._answer(line.decode("utf-8").rstrip("\r\n"))
        except (OSError, ValueError):
            pass  # hung up, by whichever side
        except BaseException as failure:
            self._server.failures.append(failure)
        finally:
            with contextlib.suppress(OSError):
                self._lines.close()

    def send(self, *lines: str) -> None:
        self.send_bytes("".join(f"{line}\r\n" for line in lines).encode())

    def send_bytes(self, data: bytes) -> None:
        server = self._server
        if server.cut_after_bytes is not None:
            data, server.cut_after_bytes = data[: server.cut_after_bytes], server.cut_after_bytes - len(data)
            if server.cut_after_bytes <= 0:
                server.cut_after_bytes = None
                self._connection.sendall(data)
                self.hang_up()
                raise BrokenPipeError
        for start in range(0, len(data), server.segment_bytes or len(data) or 1):
            self._connection.sendall(data[start : start + server.segment_bytes] if server.segment_bytes else data)

    def hang_up(self) -> None:
        self._connection.shutdown(socket.SHUT_RDWR)

    def usual(self, tag: str, command: str, rest: str) -> None:
        """Answer as a server that behaves."""
        answer = getattr(self, f"_on_{command.lower()}", None)
        if answer is None:
            self.send(f"{tag} BAD what is {command}?")
        else:
            answer(tag, rest)

    def _answer(self, line: str) -> None:
        self._server.said.append(line)
        if self.next_line is not None:
            take, self.next_line = self.next_line, None
            take(line)
            return
        if line.upper() == "DONE":
            tag, command, rest = self.idle_tag, "DONE", ""
        else:
            found = _COMMAND.fullmatch(line)
            assert found, line
            tag, command, rest = found[1], found[2].upper(), found[3]
            if command == "IDLE":
                self.idle_tag = tag
        reaction = self._server.reaction(command)
        if reaction is not None:
            reaction(self, tag, rest)
        else:
            self.usual(tag, command, rest)

    def _on_capability(self, tag: str, rest: str) -> None:
        self.send(f"* CAPABILITY {self._server.capabilities}", f"{tag} OK done")

    def _on_login(self, tag: str, rest: str) -> None:
        self.send(f"{tag} OK logged in")

    def _on_namespace(self, tag: str, rest: str) -> None:
        self.send('* NAMESPACE (("" "/")) (("Others/" "/")) NIL', f"{tag} OK done")

    def _on_list(self, tag: str, rest: str) -> None:
        for name in self._server.folders:
            mark, plain = name.split(" ", 1) if name.startswith("\\") else ("", name)
            self.send(f'* LIST ({mark}) "/" "{plain}"')
        self.send(f"{tag} OK done")

    def _messages(self) -> dict[int, bytes]:
        for name, messages in self._server.folders.items():
            if name == self.selected or (name.startswith("\\") and name.split(" ", 1)[1] == self.selected):
                return messages
        return {}

    def _on_examine(self, tag: str, rest: str) -> None:
        self.selected = rest.strip('"')
        uids = self._messages()
        validity = self._server.validities.get(self.selected, self._server.validity)
        self.send(f"* {len(uids)} EXISTS", "* 0 RECENT", f"* OK [UIDVALIDITY {validity}] life")
        if self._server.uid_next_is_told:
            self.send(f"* OK [UIDNEXT {self._server.uid_next or max(uids, default=0) + 1}] next")
        if self._server.modseq is not None:
            self.send(f"* OK [HIGHESTMODSEQ {self._server.modseq}] highest")
        self.send(f"{tag} OK [READ-ONLY] open")

    def _on_search(self, tag: str, rest: str) -> None:
        """Answers as RFC 3501 wants it for ``n:*``: the last message, even below n."""
        uids = self._messages()
        wanted = rest.split()[1]
        last = max(uids, default=0)
        found = {uid for uid in uids if any(_covers(part, uid, last) for part in wanted.split(","))}
        self.send("* SEARCH " + " ".join(str(uid) for uid in sorted(found)), f"{tag} OK done")

    def _on_fetch(self, tag: str, rest: str) -> None:
        self.send_messages(rest)
        self.send(f"{tag} OK done")

    def send_messages(self, rest: str, *, without: tuple[int, ...] = ()) -> None:
        wanted, items = rest.split(" ", 1)
        uids = self._messages()
        for number, uid in enumerate(sorted(uids), 1):
            if uid not in without and any(_covers(part, uid, max(uids)) for part in wanted.split(",")):
                self.send_bytes(self.message(number, uid, items))

    def message(self, number: int, uid: int, items: str) -> bytes:
        content = self._messages()[uid]
        asked = re.search(r"BODY\.PEEK(\[.*\])", items)
        assert asked, f"a fetch without PEEK: {items}"
        section = content if asked[1] == "[]" else content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        gmail = f" X-GM-THRID {1000 + uid} X-GM-LABELS ({self._server.labels[uid]})" if "X-GM-LABELS" in items else ""
        head = (
            f'* {number} FETCH (UID {uid} INTERNALDATE "03-Mar-2026 09:00:00 +0100" RFC822.SIZE {len(content)}{gmail} '
            f"BODY{asked[1]} {{{len(section)}}}\r\n"
        )
        return head.encode() + section + b")\r\n"

    def _on_idle(self, tag: str, rest: str) -> None:
        self.send("+ idling")

    def _on_done(self, tag: str, rest: str) -> None:
        self.send(f"{tag} OK idle ended")

    def _on_logout(self, tag: str, rest: str) -> None:
        self.send("* BYE see you", f"{tag} OK done")


def _covers(part: str, uid: int, last: int) -> bool:
    low, _, high = part.partition(":")
    ends = [last if end == "*" else int(end) for end in (low, high or low)]
    return min(ends) <= uid <= max(ends)
