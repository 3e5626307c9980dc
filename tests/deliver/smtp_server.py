"""A mail server on loopback that does at each step what it is told to, and keeps what it took.

It speaks from a thread for each connection. `faults` maps a step to what happens there: an
answer such as "451 later", DROP (the connection is cut), or HOLD (no answer until the server is stopped, or
`go_on` is set). Steps: greeting, ehlo, starttls, auth, mail, rcpt, data, body (in the middle of it), dot (after
the final dot, nothing kept), reply (after the final dot, and it was kept). A fault for a recipient stands
under his address.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

DROP = "drop"
HOLD = "hold"


@dataclass(frozen=True)
class Taken:
    """A message the server took: its envelope and its bytes, dots undoubled."""

    sender: str
    to: tuple[str, ...]
    data: bytes
    options: str = ""

    @property
    def message(self) -> EmailMessage:
        """The message, read."""
        read = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


@dataclass
class SmtpServer:
    """Runs until it is stopped; `taken` grows meanwhile, `said` has every command line."""

    port: int
    faults: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ("8BITMIME",)
    users: dict[str, str] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    at_once: bool = False
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)
    holding: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> dict[str, list[str]]:
        """The Message-IDs each recipient's messages have, one for each copy."""
        found: dict[str, list[str]] = {}
        for each in list(self.taken):
            found.setdefault(each.to[0], []).append(each.id)
        return found


class _DroppedError(Exception):
    """The connection is cut here."""


@contextmanager
def mail_server(
    context: ssl.SSLContext | None = None, *, at_once: bool = False, **values: object
) -> Iterator[SmtpServer]:
    """Serve on a free port; with `at_once` the connection is encrypted from the beginning."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = SmtpServer(
        listener.getsockname()[1],
        context=context,
        at_once=at_once,
        **values,  # type: ignore[arg-type]
    )
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            thread = threading.Thread(target=_serve, args=(server, connection), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        server.go_on.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in threads:
            thread.join(5)


def _serve(server: SmtpServer, connection: socket.socket) -> None:
    connection.settimeout(30)
    dialogue = None
    try:
        if server.at_once and server.context:
            connection = server.context.wrap_socket(connection, server_side=True)
        dialogue = _Dialogue(server, connection)
        with suppress(_DroppedError):
            dialogue.run()
    except OSError:
        pass  # the client went away, as it may
    finally:
        connection.close()
        if dialogue is not None:
            dialogue.lines.close()
            dialogue.connection.close()


class _Dialogue:
    """One connection."""

    def __init__(self, server: SmtpServer, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.lines = connection.makefile("rb")
        self.sender, self.options = "", ""
        self.to: list[str] = []

    def run(self) -> None:
        if not self.fault("greeting"):
            self.say("220 mail.test ready")
        while line := self.lines.readline():
            command = line.decode("utf-8", "replace").strip()
            self.server.said.append(command)
            word = command.split(" ")[0].upper()
            if word == "QUIT":
                self.fault("quit")
                self.say("221 bye")
                return
            getattr(self, f"on_{word.lower()}", self.on_unknown)(command)

    def say(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())

    def fault(self, step: str) -> bool:
        """Do what is to go wrong at a step; return whether that was an answer."""
        fault = self.server.faults.get(step)
        if fault is None:
            return False
        if fault == HOLD:
            self.server.holding.set()
            self.server.go_on.wait(60)
            return False
        if fault == DROP:
            with suppress(OSError):
                # Shut down both ways: the makefile would keep a mere close from being felt.
                self.connection.shutdown(socket.SHUT_RDWR)
            raise _DroppedError
        self.say(fault)
        if fault.startswith("421"):
            raise _DroppedError
        return True

    def on_ehlo(self, _: str) -> None:
        if self.fault("ehlo"):
            return
        offers = list(self.server.offers)
        secure = isinstance(self.connection, ssl.SSLSocket)
        if self.server.context and not secure:
            offers.append("STARTTLS")
        if self.server.users and not any(each.startswith("AUTH") for each in offers):
            offers.append("AUTH LOGIN PLAIN")
        for each in ("mail.test", *offers):
            self.say(f"250-{each}")
        self.say("250 HELP")

    def on_helo(self, _: str) -> None:
        self.say("250 mail.test")

    def on_noop(self, _: str) -> None:
        self.say("250 ok")

    def on_starttls(self, _: str) -> None:
        if self.fault("starttls"):
            return
        assert self.server.context
        self.say("220 go ahead")
        self.lines.close()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.lines = self.connection.makefile("rb")

    def on_auth(self, command: str) -> None:
        if self.fault("auth"):
            return
        _, way, first = command.split(" ")
        if way == "PLAIN":
            _, user, password = base64.b64decode(first).decode().split("\0")
        else:
            self.say("334 UGFzc3dvcmQ6")
            user = base64.b64decode(first).decode()
            password = base64.b64decode(self.lines.readline()).decode()
        good = self.server.users.get(user) == password
        self.say("235 welcome" if good else f"535 {password} is not the password of {user}")

    def on_mail(self, command: str) -> None:
        if not self.fault("mail"):
            self.sender, _, self.options = command.partition("<")[2].partition(">")
            self.say("250 ok")

    def on_rcpt(self, command: str) -> None:
        to = command.partition("<")[2].partition(">")[0]
        if not self.fault(to) and not self.fault("rcpt"):
            self.to.append(to)
            self.say("250 ok")

    def on_data(self, _: str) -> None:
        if self.fault("data"):
            return
        self.say("354 go ahead")
        data = b""
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                raise _DroppedError
            data += line[1:] if line.startswith(b".") else line
            if data.count(b"\n") == 5:
                self.fault("body")
        if self.fault("dot"):
            return
        taken = Taken(self.sender, tuple(self.to), data, self.options.strip())
        self.server.taken.append(taken)
        if not self.fault("reply"):
            self.say("250 taken")

    def on_unknown(self, command: str) -> None:
        self.say(f"502 no {command}")
