"""Reaching the mail server: connection, encryption, login. What fails here fails for every recipient."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Callable, Mapping
from ipaddress import ip_address

from monitor.deliver.message import domain_of
from monitor.errors import UnreachableError
from monitor.model.digest import Mail

UNREADABLE = (OSError, smtplib.SMTPException, ValueError)
"""What smtplib raises for a connection that is lost or answers that are none."""

_MOST_SAID = 200


def open_server(mail: Mail, connected: Callable[[], None]) -> smtplib.SMTP:
    """Connect, greet and secure the connection as `mail` asks; raises `UnreachableError`."""
    if not mail.host:  # taken out of config after this was planned; smtplib would not even try
        raise UnreachableError(
            'There is no mail server any more; set [mail] host = "…" and from = "…" in '
            "config/monitor.toml and run `monitor digest retry`.",
            "permanent",
        )
    if mail.security == "none" and not _is_this_machine(mail.host):
        raise UnreachableError(
            f'{mail.host} is not on this machine, so security = "none" would show the mail to others; '
            'set [mail] security to "starttls" or "tls".',
            "permanent",
        )
    server = _connect(mail)
    try:
        connected()
        _greet(server, mail)
        if mail.security == "starttls":
            _start_tls(server, mail)
    except BaseException:
        server.close()
        raise
    return server


def login(server: smtplib.SMTP, mail: Mail, environ: Mapping[str, str]) -> None:
    """Log in where `mail` names somebody; raises `UnreachableError`."""
    if not mail.username:
        return
    password = environ.get(mail.password_env, "")
    if not password:
        raise UnreachableError(
            f"The environment variable {mail.password_env} with the password of {mail.username} at "
            f"{mail.host} is not set; set it where the monitor is started.",
            "permanent",
        )
    offered = server.esmtp_features.get("auth", "").upper().split()
    coded = [_coded(each) for each in (f"\0{mail.username}\0{password}", mail.username, password)]
    try:
        if "PLAIN" in offered:
            code, text = server.docmd("AUTH", f"PLAIN {coded[0]}")
        elif "LOGIN" in offered:
            code, text = server.docmd("AUTH", f"LOGIN {coded[1]}")
            if code == 334:
                code, text = server.docmd(coded[2])
        else:
            offers = f"only {', '.join(offered)}" if offered else "no login"
            raise UnreachableError(
                f"{mail.host} offers {offers} on this connection, and the monitor knows PLAIN and LOGIN; "
                "see [mail] port and security, or take username out.",
                "permanent",
            )
    except UNREADABLE as error:
        raise _lost(mail, "while logging in", error) from error
    if code not in (235, 503):  # 503: logged in already
        answer = said(code, text, (password, *coded))
        if code // 100 == 5:
            raise UnreachableError(
                f"{mail.host} refuses to log in {mail.username}: {answer}. See [mail] username and the "
                f"password in {mail.password_env}.",
                "permanent",
            )
        raise UnreachableError(f"{mail.host} does not log anybody in now: {answer}.")


def said(code: int, text: bytes, secrets: tuple[str, ...] = ()) -> str:
    """Return a server's answer on one line, at most 200 characters, without what is secret."""
    told = text.decode("utf-8", "replace")
    for each in secrets:
        told = told.replace(each, "…")
    line = " ".join("".join(each if each.isprintable() else " " for each in told).split())
    whole = f"{code} {line}".rstrip(" .")
    return whole if len(whole) <= _MOST_SAID else f"{whole[: _MOST_SAID - 1]}…"


def short(error: Exception) -> str:
    """Return what happened to a connection, in a few words."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "it took too long to answer"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it closed the connection"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:_MOST_SAID]
    return " ".join(str(error).split())[:_MOST_SAID] or type(error).__name__


def _connect(mail: Mail) -> smtplib.SMTP:
    seconds = mail.timeout.total_seconds()
    # Not the machine's own name: looking that up may take long, and it is nobody's business.
    name, host = domain_of(mail.sender), mail.host.strip("[]")
    try:
        if mail.security == "tls":
            return smtplib.SMTP_SSL(
                host, mail.port, name, timeout=seconds, context=ssl.create_default_context()
            )
        return smtplib.SMTP(host, mail.port, name, timeout=seconds)
    except smtplib.SMTPConnectError as error:
        raise _refused(mail, error.smtp_code, _bytes(error.smtp_error)) from error
    except ssl.SSLError as error:
        raise _insecure(mail, error) from error
    except UNREADABLE as error:
        raise UnreachableError(
            f"{mail.host}:{mail.port} cannot be reached ({short(error)}); see [mail] host and port, "
            "and whether this machine may connect there."
        ) from error


def _greet(server: smtplib.SMTP, mail: Mail) -> None:
    try:
        code, text = server.ehlo()
        if code // 100 == 5:
            code, text = server.helo()
    except UNREADABLE as error:
        raise _lost(mail, "while greeting", error) from error
    if code != 250:
        raise _refused(mail, code, text)


def _start_tls(server: smtplib.SMTP, mail: Mail) -> None:
    if not server.has_extn("starttls"):
        raise UnreachableError(
            f"{mail.host}:{mail.port} offers no STARTTLS, and without it others could read the mail; "
            'set [mail] security = "tls" and port = 465, or see that the port is right.',
            "permanent",
        )
    try:
        code, text = server.starttls(context=ssl.create_default_context())
    except smtplib.SMTPResponseException as error:
        raise _refused(mail, error.smtp_code, _bytes(error.smtp_error)) from error
    except ssl.SSLError as error:
        raise _insecure(mail, error) from error
    except UNREADABLE as error:
        raise _lost(mail, "while it was secured", error) from error
    if code != 220:
        raise _refused(mail, code, text)
    _greet(server, mail)


def _refused(mail: Mail, code: int, text: bytes) -> UnreachableError:
    answer = said(code, text)
    if code // 100 == 5:
        return UnreachableError(
            f"{mail.host} takes no mail from the monitor: {answer}. See to what it says.",
            "permanent",
        )
    return UnreachableError(f"{mail.host} takes no mail now: {answer}.")


def _insecure(mail: Mail, error: ssl.SSLError) -> UnreachableError:
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else short(error)
    return UnreachableError(
        f"The connection to {mail.host}:{mail.port} is not secure ({why}), so nothing was sent; see [mail] "
        "host (as its certificate names it), port and security."
    )


def _lost(mail: Mail, when: str, error: Exception) -> UnreachableError:
    return UnreachableError(
        f"The connection to {mail.host} was lost {when} ({short(error)}); see "
        "[mail] port and security, or try again later."
    )


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host.strip("[]").rstrip(".")).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"
