"""Apprise: over its json:// service to a server on loopback, and what is said when it cannot."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.deliver import notify
from monitor.errors import DeliveryError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Recipient
from tests.deliver.receiving import OK, SECRET_PATH, Receiver, Told, a_message, ways_to
from tests.fetch.server import answer

TO = Recipient("notify", "NOTIFY_URL")

# One of Apprise's services imports it, where it is still there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def tell(address: str, root: Path, message: OutMessage | None = None) -> Told:
    told = Told()
    ways = ways_to(told, root, {"NOTIFY_URL": address} if address else {})
    notify.deliver(TO, message or a_message(), ways, told.handing_over)
    return told


def json_address(receiver: Receiver, *answers: bytes | str) -> str:
    return receiver.on(*answers).replace("http://", "json://")


def failed(address: str, root: Path) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        tell(address, root)
    return caught.value


def test_subject_and_text_arrive(receiver: Receiver, tmp_path: Path) -> None:
    told = tell(json_address(receiver, OK), tmp_path)
    assert told.said == ["handing-over", "replied"]
    [body] = receiver.posted
    assert body["title"] == "AI policy: 2 stories – Bureau 0 lists firms (Mon 23 Nov)"
    assert body["message"].startswith("AI policy\n=========")
    assert "芯片 @\u200bhere" in body["message"]


def test_a_trial_and_a_repeat_say_so(receiver: Receiver, tmp_path: Path) -> None:
    address = json_address(receiver, OK)
    tell(address, tmp_path, a_message(trial=True))
    tell(address, tmp_path, a_message(may_be_repeat=True))
    assert [body["title"].partition(":")[0] for body in receiver.posted] == ["Trial", "Perhaps again"]  # fmt: skip


def test_a_long_text_is_cut_behind_a_line_and_says_where_the_rest_is(
    receiver: Receiver, tmp_path: Path
) -> None:
    message = a_message(permalink="https://m.example/d")
    long = "".join(f"line {n} of many & more\n" for n in range(3000))
    message = replace(message, rendered=replace(message.rendered, text=long, subject="s" * 900))
    tell(json_address(receiver, OK), tmp_path, message)
    [body] = receiver.posted
    assert len(body["message"]) <= 30_000
    assert len(body["title"]) <= 250
    kept, _, rest = body["message"].partition("\n…\n")
    assert re.fullmatch(r"line \d+ of many & more", kept.rsplit("\n", 1)[1])
    assert rest == "This is only the beginning. All of it: https://m.example/d"


@pytest.mark.parametrize(
    "address",
    [
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "ntfy://topic",
        "mailto://user:pass@mail.example",
    ],
)
def test_a_text_is_cut_to_what_the_service_takes(address: str) -> None:
    from apprise import Apprise, NotifyBase, NotifyFormat
    from apprise.conversion import convert_between

    service = Apprise.instantiate(address)
    assert isinstance(service, NotifyBase)
    message = a_message()
    long = "a b & c <d>\n" * 9000
    message = replace(message, rendered=replace(message.rendered, text=long))
    body = notify._body(message, service)
    formats: object = service.notify_format
    first = formats[0] if isinstance(formats, tuple) else formats
    sent = convert_between(NotifyFormat.TEXT, first, body)  # type: ignore[no-untyped-call]
    if first != NotifyFormat.HTML or service.title_maxlen == 0:
        assert len(sent) <= service.body_maxlen
    assert len(body) > 500


@pytest.mark.parametrize("answers", [answer(500), answer(404), answer(429), "hang-up"])
def test_what_the_service_does_not_take_is_tried_again(
    receiver: Receiver, tmp_path: Path, answers: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error = failed(json_address(receiver, answers) + "?+token=s3sam3", tmp_path)
    assert error.outcome == "temporary"
    assert '"$NOTIFY_URL"' in str(error)
    for secret in ("T0AAAA1", "Zq9xKwPlm2", "s3sam3"):
        assert secret not in str(error) + caplog.text


def test_a_success_logs_nothing_of_the_address(
    receiver: Receiver,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    tell(json_address(receiver, OK), tmp_path)
    out, err = capfd.readouterr()
    assert SECRET_PATH not in caplog.text + out + err
    assert "Zq9xKwPlm2" not in caplog.text + out + err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "NOTIFY_URL is not set"),
        ("Zq9xKwPlm2", "does not hold one address"),
        ("nope://Zq9xKwPlm2", "does not hold one address"),
        ("json://a.example/Zq9xKwPlm2, json://b.example", "does not hold one address"),
    ],
)
def test_an_address_apprise_does_not_know_is_for_a_person(
    tmp_path: Path, address: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error = failed(address, tmp_path)
    assert error.outcome == "permanent"
    assert words in str(error)
    assert "Zq9xKwPlm2" not in str(error) + caplog.text


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    error = failed("json://a.example/Zq9xKwPlm2", tmp_path)
    assert error.outcome == "permanent"
    assert "pip install --editable '.[notify]'" in str(error)


@pytest.mark.parametrize(
    ("document", "trial", "where"),
    [
        (None, False, "All of it: monitor digest show daily-2026-11-23-0700"),
        (None, True, "All of it: monitor digest preview daily"),
        ({"alert": "chips"}, False, "This is only the beginning."),
        (
            {"alert": "chips", "page_url": "https://m.example"},
            False,
            "All of it: https://m.example",
        ),
    ],
)
def test_where_the_rest_is_said_to_be_it_is(
    receiver: Receiver, tmp_path: Path, document: dict[str, str] | None, trial: bool, where: str
) -> None:
    message = a_message(document, trial=trial)
    message = replace(message, rendered=replace(message.rendered, text="line of many\n" * 9000))
    tell(json_address(receiver, OK), tmp_path, message)
    [body] = receiver.posted
    assert body["message"].endswith(where)
