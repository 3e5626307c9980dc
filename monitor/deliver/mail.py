"""Delivery by mail: one message to one recipient over one connection.

The dialogue is written out, since what a failure means depends on how far it got. Until the final dot
is written the server cannot have taken the message. Between that dot and the reply nobody can know, and the
outcome is "unknown". After the reply it is what the server said.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from monitor.deliver.message import compose, needs_utf8, wire_address
from monitor.deliver.smtp import UNREADABLE, login, open_server, said, short
from monitor.deliver.ways import Ways
from monitor.errors import DeliveryError, UnreachableError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Mail

REPLY_SECONDS = 600.0
"""How long the reply to a whole message may take (RFC 5321 section 4.5.3.2.6)."""

WRITE_SECONDS = 50.0
"""How long writing the body may take, and the dot; with the reply it stays within the lease."""


def deliver(to: str, message: OutMessage, ways: Ways, handing_over: Callable[[], None]) -> None:
    """Send the message to `to`; return once the server has taken it.

    `handing_over` is called right before the body goes; what it raises ends the attempt with nothing
    sent. Raises `DeliveryError`, of it `UnreachableError` where the server serves nobody.
    """
    _, body = compose(to, message, ways.mail)
    with connected(ways) as server:
        _envelope(server, to, ways.mail)
        ways.step("recipient-accepted")
        code, text = _command(server, "DATA", ways)
        if code != 354:
            raise _refusal(code, text, "the message", ways.mail)
        ways.step("handing-over")
        handing_over()
        _hand_over(server, body, ways)


def check(ways: Ways) -> str:
    """Connect and log in without sending anything; return what to tell. Raises `DeliveryError`."""
    mail = ways.mail
    with connected(ways) as server:
        code, text = _command(server, "NOOP", ways)
        if code != 250:
            raise _refusal(code, text, "to go on", mail, UnreachableError)
    secured = {"starttls": "STARTTLS", "tls": "TLS", "none": "no encryption, on this machine"}
    who = f", logged in as {mail.username}" if mail.username else ""
    return f"{mail.host}:{mail.port} answers ({secured[mail.security]}{who})"


@contextmanager
def connected(ways: Ways) -> Iterator[smtplib.SMTP]:
    """Give a server that is connected to, secured and logged in at; leave it afterwards.

    An attempt that failed only closes: whatever is still to be written must not go out.
    """
    server = open_server(ways.mail, lambda: ways.step("connected"))
    try:
        login(server, ways.mail, ways.environ)
        ways.step("greeted")
        yield server
        # The message is with the server by now, and that is to be noted at once: what it answers to
        # a good-bye, if it does, is not waited for.
        with suppress(OSError, smtplib.SMTPException):
            server.putcmd("QUIT")
    finally:
        server.close()


def _envelope(server: smtplib.SMTP, to: str, mail: Mail) -> None:
    options: list[str] = []
    if needs_utf8(to, mail.sender, mail.reply_to):
        if not server.has_extn("smtputf8"):
            raise DeliveryError(
                f"{mail.host} cannot carry addresses with letters such as in {to!r} before the @ (it "
                "offers no SMTPUTF8); use an address of plain letters or another mail server.",
                "permanent",
            )
        options = ["SMTPUTF8"]
    with _speaking(mail):
        code, text = server.mail(wire_address(mail.sender), options)
    if code != 250:
        # The sender is the same for everybody.
        raise _refusal(code, text, f"mail from {mail.sender}", mail, UnreachableError)
    with _speaking(mail):
        code, text = server.rcpt(wire_address(to))
    if code not in (250, 251):
        raise _refusal(code, text, to, mail)


def _hand_over(server: smtplib.SMTP, body: bytes, ways: Ways) -> None:
    """Write the body, then the final dot, then read what became of it."""
    mail = ways.mail
    sock = server.sock
    assert sock is not None  # noqa: S101  # connected, or we would not be here
    lines = body if body.endswith(b"\r\n") else body + b"\r\n"
    try:
        sock.settimeout(WRITE_SECONDS)
        sock.sendall(_dotted(lines))
        sock.sendall(b".\r\n")
    except OSError as error:
        # The dot stands in a write of its own: when that fails, it is not out.
        raise DeliveryError(
            f"The connection to {mail.host} was lost while the message was sent ({short(error)}), so it "
            "has not arrived."
        ) from error
    ways.step("handed-over")
    try:
        sock.settimeout(REPLY_SECONDS)
        code, text = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        _unknown(mail, short(error), error)
    if code // 100 not in (2, 4, 5):
        told = "its answer could not be read" if code < 0 else f"it answered {said(code, text)}"
        _unknown(mail, told, None)
    ways.step("replied")
    if code // 100 != 2:
        raise _refusal(code, text, "the message", mail)


def _unknown(mail: Mail, why: str, error: Exception | None) -> NoReturn:
    raise DeliveryError(
        f"{mail.host} got the whole message and did not say whether it took it ({why}), so it may have "
        "arrived. Look for it before you send it again by hand.",
        "unknown",
    ) from error


def _dotted(body: bytes) -> bytes:
    """Double the dots that begin a line (RFC 5321 section 4.5.2)."""
    dotted = body.replace(b"\r\n.", b"\r\n..")
    return b"." + dotted if dotted.startswith(b".") else dotted


def _command(server: smtplib.SMTP, command: str, ways: Ways) -> tuple[int, bytes]:
    with _speaking(ways.mail):
        return server.docmd(command)


@contextmanager
def _speaking(mail: Mail) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise DeliveryError(
            f"The connection to {mail.host} was lost before the message was sent ({short(error)})."
        ) from error


def _refusal(
    code: int, text: bytes, what: str, mail: Mail, kind: type[DeliveryError] = DeliveryError
) -> DeliveryError:
    """Return what to raise for an answer that is no yes: 4xx passes, 5xx does not."""
    if code // 100 == 5:
        return kind(
            f"{mail.host} refuses {what}: {said(code, text)}. See to what it says.",
            "permanent",
        )
    return kind(f"{mail.host} does not take {what} now: {said(code, text)}.")
