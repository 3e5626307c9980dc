"""Mail over real SMTP on loopback: what arrives, and what each failure at each step means."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from monitor.deliver import send
from monitor.deliver.mail import check
from monitor.errors import DeliveryError, OvertakenError, UnreachableError
from monitor.model.delivery import OutMessage, Step
from monitor.model.digest import Mail, Recipient
from tests.deliver.letters import LETTER, PASSWORD, RENDERED, mail_at, ways
from tests.deliver.smtp_server import DROP, HOLD, SmtpServer, mail_server
from tests.fetch.certificates import make_certificates, serving_context

ME = "me@reader.example"
NOWHERE = Path("/nonexistent")


def deliver(
    mail: Mail,
    to: str = ME,
    message: OutMessage = LETTER,
    environ: dict[str, str] | None = None,
) -> list[Step | str]:
    """Send; return the steps gone through, with the call before the body among them."""
    steps: list[Step | str] = []
    there = ways(NOWHERE, mail, environ, steps.append)
    send(Recipient("mail", to), message, there, lambda: steps.append("called"))
    return steps


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with mail_server() as running:
        yield running


def test_what_arrives_is_what_was_frozen(server: SmtpServer) -> None:
    steps = deliver(mail_at(server.port))
    assert steps == [
        "connected", "greeted", "recipient-accepted", "handing-over", "called", "handed-over", "replied",
    ]  # fmt: skip
    (taken,) = server.taken
    assert (taken.sender, taken.to) == ("monitor@monitor.example", (ME,))
    text, page = taken.message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == RENDERED.text
    html = RENDERED.html.replace("<!--to-->", "")
    assert page.get_content().replace("\r\n", "\n") == html


def test_the_good_bye_is_said_and_not_waited_for() -> None:
    with mail_server(faults={"quit": HOLD}) as server:
        assert deliver(mail_at(server.port))[-1] == "replied"
        assert len(server.taken) == 1
        server.go_on.set()
    assert server.said[-1] == "QUIT"


def test_another_server_takes_it_too() -> None:
    """aiosmtpd checks what a client says more strictly than ours does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        assert deliver(mail_at(port))[-1] == "replied"
        assert "answers" in check(ways(NOWHERE, mail_at(port)))
    finally:
        controller.stop()


FAULTS = [
    # step, what happens there, outcome, for everybody?
    ("greeting", DROP, "temporary", True),
    ("greeting", "421 too busy", "temporary", True),
    ("greeting", "554 not you", "permanent", True),
    ("ehlo", DROP, "temporary", True),
    ("ehlo", "421 closing", "temporary", True),
    ("mail", DROP, "temporary", False),
    ("mail", "451 later", "temporary", True),
    ("mail", "421 closing", "temporary", True),
    ("mail", "553 not from there", "permanent", True),
    ("rcpt", DROP, "temporary", False),
    ("rcpt", "450 greylisted", "temporary", False),
    ("rcpt", "421 closing", "temporary", False),
    ("rcpt", "550 no such user", "permanent", False),
    ("data", DROP, "temporary", False),
    ("data", "451 later", "temporary", False),
    ("data", "554 no valid recipients", "permanent", False),
    ("body", DROP, "either", False),
    ("dot", DROP, "unknown", False),
    ("dot", "451 disk full", "temporary", False),
    ("dot", "421 closing", "temporary", False),
    ("dot", "554 looks like spam", "permanent", False),
    ("dot", "gibberish", "unknown", False),
    ("reply", DROP, "unknown", False),
    ("reply", "250 queued as 17", "sent", False),
]


@pytest.mark.parametrize(
    ("step", "fault", "outcome", "everybody"), FAULTS, ids=[f"{a}-{b}" for a, b, *_ in FAULTS]
)
def test_a_failure_means_what_it_can_have_done(
    server: SmtpServer, step: str, fault: str, outcome: str, everybody: bool
) -> None:
    server.faults[step] = fault
    # More than the buffers of a socket hold, so that a cut in the middle is felt in the middle.
    long = replace(LETTER, rendered=replace(RENDERED, text="Chips and more chips.\n" * 400_000))
    message = long if step == "body" else LETTER
    if outcome == "sent":
        assert deliver(mail_at(server.port), message=message)[-1] == "replied"
        return
    with pytest.raises(DeliveryError) as raised:
        deliver(mail_at(server.port), message=message)
    error = raised.value
    assert error.outcome == outcome or (outcome == "either" and error.outcome == "temporary")
    assert isinstance(error, UnreachableError) == everybody
    assert "127.0.0.1" in str(error)
    if fault != DROP:
        assert fault.replace("gibberish", "could not be read") in str(error)
    assert len(server.taken) == (step == "reply")


def test_only_the_recipient_who_is_refused_gets_nothing(server: SmtpServer) -> None:
    server.faults["gone@reader.example"] = "550 no mailbox here"
    deliver(mail_at(server.port))
    with pytest.raises(DeliveryError, match=r"gone@reader\.example: 550 no mailbox here"):
        deliver(mail_at(server.port), "gone@reader.example")
    assert [each.to for each in server.taken] == [(ME,)]


def test_a_server_that_does_not_answer_is_left(server: SmtpServer) -> None:
    server.faults["rcpt"] = HOLD
    with pytest.raises(DeliveryError, match="took too long") as raised:
        deliver(mail_at(server.port, timeout=timedelta(seconds=0.2)))
    assert raised.value.outcome == "temporary"


def test_the_last_word_may_take_longer_than_the_others(server: SmtpServer) -> None:
    server.faults["reply"] = HOLD

    def let_it(step: Step) -> None:
        if step == "handed-over":
            server.go_on.set()

    there = ways(NOWHERE, mail_at(server.port, timeout=timedelta(seconds=0.5)), step=let_it)
    send(Recipient("mail", ME), LETTER, there, lambda: None)
    assert len(server.taken) == 1


def test_nobody_there_is_said_with_what_to_do() -> None:
    with pytest.raises(UnreachableError, match=r"Connection refused.*\[mail\] host and port"):
        deliver(mail_at(1))


def test_a_server_that_was_taken_out_of_config_is_named() -> None:
    """What was planned before is still to be sent, and smtplib takes "" for nowhere at all."""
    with pytest.raises(UnreachableError, match=r"no mail server any more; set \[mail\] host"):
        deliver(Mail())


def test_an_overtaken_attempt_sends_nothing(server: SmtpServer) -> None:
    def overtaken() -> None:
        raise OvertakenError("too late")

    with pytest.raises(OvertakenError):
        send(Recipient("mail", ME), LETTER, ways(NOWHERE, mail_at(server.port)), overtaken)
    with mail_server():  # a further connection is served after the first has been cut
        pass
    assert server.taken == []


def test_without_encryption_nothing_leaves_the_machine() -> None:
    with pytest.raises(UnreachableError, match='"starttls" or "tls"') as raised:
        deliver(mail_at(25, host="mail.example"))
    assert raised.value.outcome == "permanent"


# --- logging in --------------------------------------------------------------------------------


@pytest.mark.parametrize("offer", ["AUTH PLAIN LOGIN", "AUTH LOGIN", "AUTH PLAIN"])
@pytest.mark.parametrize("password", [PASSWORD, "Grüße 密码"])
def test_logging_in(offer: str, password: str) -> None:
    with mail_server(users={"me": password}, offers=(offer,)) as server:
        mail = mail_at(server.port, username="me", password_env="P")
        assert deliver(mail, environ={"P": password})[-1] == "replied"
        assert "logged in as me" in check(ways(NOWHERE, mail, {"P": password}))
    assert len(server.taken) == 1


def test_a_wrong_password_is_told_and_never_shown() -> None:
    with mail_server(users={"me": "other"}) as server:
        mail = mail_at(server.port, username="me", password_env="P")
        with pytest.raises(UnreachableError, match=r"535 … is not .* password in P") as raised:
            deliver(mail, environ={"P": PASSWORD})
    assert raised.value.outcome == "permanent"
    assert PASSWORD not in str(raised.value)


def test_a_missing_password_is_told_before_anybody_is_bothered_with_it(server: SmtpServer) -> None:
    with pytest.raises(UnreachableError, match=r"variable P .* is not set") as raised:
        deliver(mail_at(server.port, username="me", password_env="P"))
    assert raised.value.outcome == "permanent"


def test_a_server_that_offers_no_login_we_know(server: SmtpServer) -> None:
    server.offers = ("AUTH GSSAPI",)
    with pytest.raises(UnreachableError, match="offers only GSSAPI"):
        deliver(mail_at(server.port, username="me", password_env="P"), environ={"P": "p"})


# --- encryption --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


@pytest.fixture
def trusting(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the throwaway authority, as a machine's administrator would let it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted(trusting: None, certificates: Path, security: str) -> None:
    context = serving_context(certificates, "good")
    with mail_server(context, at_once=security == "tls", users={"me": PASSWORD}) as server:
        mail = mail_at(server.port, security=security, username="me", password_env="P")
        assert deliver(mail, environ={"P": PASSWORD})[-1] == "replied"
        assert security.upper() in check(ways(NOWHERE, mail, {"P": PASSWORD}))
    assert len(server.taken) == 1
    if security == "starttls":
        before, after = server.said[:2], server.said[2:]
        assert [each.split()[0] for each in before] == ["ehlo", "STARTTLS"]
        assert any(each.startswith("AUTH") for each in after)


@pytest.mark.parametrize("name", ["expired", "wrong-host", "self-signed", "unknown-ca"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_proves_nothing_gets_nothing(
    trusting: None, certificates: Path, name: str, security: str
) -> None:
    context = serving_context(certificates, name)
    with mail_server(context, at_once=security == "tls") as server:
        mail = mail_at(server.port, security=security, username="me", password_env="P")
        with pytest.raises(UnreachableError, match="is not secure") as raised:
            deliver(mail, environ={"P": PASSWORD})
    assert raised.value.outcome == "temporary"
    assert not [each for each in server.said if each.startswith(("AUTH", "mail", "MAIL"))]


def test_starttls_that_is_not_offered_is_not_done_without(server: SmtpServer) -> None:
    with pytest.raises(UnreachableError, match="offers no STARTTLS"):
        deliver(mail_at(server.port, security="starttls"))


def test_starttls_refused(certificates: Path) -> None:
    context = serving_context(certificates, "good")
    with (
        mail_server(context, faults={"starttls": "454 no TLS now"}) as server,
        pytest.raises(UnreachableError, match="454 no TLS now"),
    ):
        deliver(mail_at(server.port, security="starttls"))


def test_tls_where_none_is_spoken(server: SmtpServer) -> None:
    with pytest.raises(UnreachableError, match=r"not secure|cannot be reached"):
        deliver(mail_at(server.port, security="tls"))
    assert ssl.HAS_TLSv1_3


# --- addresses ---------------------------------------------------------------------------------


def test_international_domains_are_written_as_the_network_knows_them(server: SmtpServer) -> None:
    deliver(mail_at(server.port, sender="monitor@bücher.example"), "me@食狮.example")
    (taken,) = server.taken
    assert taken.sender == "monitor@xn--bcher-kva.example"
    assert taken.to == ("me@xn--85x722f.example",)
    assert taken.message["To"] == "me@xn--85x722f.example"
    assert taken.data.isascii()


def test_letters_before_the_at_need_a_server_that_can(server: SmtpServer) -> None:
    with pytest.raises(DeliveryError, match="offers no SMTPUTF8") as raised:
        deliver(mail_at(server.port), "jörg@reader.example")
    assert raised.value.outcome == "permanent"
    server.offers = ("8BITMIME", "SMTPUTF8")
    deliver(mail_at(server.port), "jörg@reader.example")
    (taken,) = server.taken
    assert taken.to == ("jörg@reader.example",)
    assert taken.options == "SMTPUTF8"
    assert "To: jörg@reader.example" in taken.data.decode()
