"""Webhooks: the frozen JSON, signed so that a receiver can check it, and every way it can fail."""

from __future__ import annotations

import base64
import json
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.deliver.webhook import deliver
from monitor.errors import DeliveryError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Recipient
from tests.deliver.receiving import (
    AN_ALERT,
    KEY,
    NOW,
    OK,
    Receiver,
    Told,
    a_document,
    a_message,
    receiving,
    ways_to,
)
from tests.fetch.server import answer

GUIDE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def post(url: str, message: OutMessage, root: Path, *, secret: str = "", **ways: Any) -> Told:
    told = Told()
    environ = {"HOOK_KEY": secret} if secret else {}
    to = Recipient("webhook", url, "HOOK_KEY" if secret else "")
    deliver(to, message, ways_to(told, root, environ, **ways), told.handing_over)
    return told


def failed(url: str, root: Path, **ways: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        post(url, a_message(), root, **ways)
    return caught.value


def fields(receiver: Receiver, number: int = -1) -> dict[str, str]:
    asked = receiver.server.asked[number]
    return {name.decode().lower(): value.decode() for name, value in asked.fields}


def test_the_frozen_json_arrives_in_an_envelope(receiver: Receiver, tmp_path: Path) -> None:
    told = post(receiver.on(answer(204)), a_message(permalink="https://m.example/e"), tmp_path)
    assert told.said == ["handing-over", "replied"]
    [body] = receiver.posted
    assert body == {
        "type": "edition",
        "timestamp": "2026-11-23T06:00:00Z",
        "id": "daily-2026-11-23-0700",
        "name": "daily",
        "title": "AI policy",
        "subject": "AI policy: 2 stories – Bureau 0 lists firms (Mon 23 Nov)",
        "permalink": "https://m.example/e",
        "data": a_document(),
    }
    sent = fields(receiver)
    assert sent["content-type"] == "application/json"
    assert sent["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert re.fullmatch(r"msg_[0-9a-f]{32}", sent["webhook-id"])
    assert "webhook-signature" not in sent


def test_an_alert_and_a_trial_say_what_they_are(receiver: Receiver, tmp_path: Path) -> None:
    url = receiver.on(OK)
    post(url, a_message(AN_ALERT), tmp_path)
    post(url, a_message(trial=True), tmp_path)
    assert [body["type"] for body in receiver.posted] == ["alert", "edition.trial"]
    assert receiver.posted[0]["data"] == AN_ALERT


def test_the_id_is_the_same_at_every_attempt_and_another_for_another_message(
    receiver: Receiver, tmp_path: Path
) -> None:
    url = receiver.on(answer(500), OK)
    assert failed(url, tmp_path).outcome == "temporary"
    post(url, a_message(may_be_repeat=True), tmp_path)
    post(url, a_message(message_id="<other@monitor.example>"), tmp_path)
    ids = [fields(receiver, number)["webhook-id"] for number in range(3)]
    assert ids[0] == ids[1] != ids[2]
    assert receiver.bodies[0] == receiver.bodies[1]


@pytest.mark.parametrize("key", [KEY, "whsec_" + base64.b64encode(b"k" * 24).decode()])
def test_the_guides_own_example_verifies_what_is_sent(
    receiver: Receiver, tmp_path: Path, key: str
) -> None:
    post(receiver.on(OK), a_message(), tmp_path, secret=key)
    example: dict[str, Any] = {}
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    exec(code, example)  # the page's own words, run as a reader would
    verified = example["verified"]
    headers, body, now = fields(receiver), receiver.bodies[0], NOW.timestamp()
    assert verified(key, headers, body, now)
    assert not verified("another-key-of-the-tests", headers, body, now)
    assert not verified(key, headers, body + b" ", now)
    assert not verified(key, headers | {"webhook-id": "msg_0"}, body, now)
    assert not verified(key, headers | {"webhook-timestamp": "0"}, body, now)
    assert not verified(key, headers, body, now + 600)
    assert not verified(key, {}, body, now)


@pytest.mark.parametrize(
    ("answers", "outcome", "words"),
    [
        (answer(400, b"no such field"), "permanent", "no such field"),
        (answer(401), "permanent", "does not know who sends"),
        (answer(404), "permanent", "nothing at this address"),
        (answer(410), "permanent", "gone for good"),
        (answer(413), "permanent", "too large"),
        (answer(308, b"", ("Location", "/other")), "permanent", "not followed"),
        (answer(408), "temporary", "408"),
        (answer(425), "temporary", "425"),
        (answer(429), "temporary", "429"),
        (answer(500), "temporary", "500"),
        (answer(504), "temporary", "504"),
        ("hang-up", "temporary", "same id"),
        ("silence", "temporary", "same id"),
    ],
)
def test_every_failure_says_what_follows_from_it(
    receiver: Receiver, tmp_path: Path, answers: bytes | str, outcome: str, words: str
) -> None:
    timeout = "1s" if answers == "silence" else "5s"
    error = failed(receiver.on(answers), tmp_path, timeout=timeout)
    assert error.outcome == outcome
    assert words in str(error)
    assert len(receiver.bodies) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_is_asked_for_is_handed_on(
    receiver: Receiver, tmp_path: Path, status: int
) -> None:
    error = failed(receiver.on(answer(status, b"", ("Retry-After", "120"))), tmp_path)
    assert (error.outcome, error.wait) == ("temporary", timedelta(seconds=120))


def test_a_receiver_that_is_down_is_tried_again(tmp_path: Path) -> None:
    with receiving() as gone:
        url = gone.on(OK)
    assert failed(url, tmp_path).outcome == "temporary"


def test_promise_4_the_guard_stands_before_a_webhook(receiver: Receiver, tmp_path: Path) -> None:
    error = failed(receiver.on(OK), tmp_path, allow=())
    assert error.outcome == "permanent"
    assert "allow_private" in str(error)
    assert receiver.server.connections == 0


@pytest.mark.parametrize(("key", "words"), [("", "is not set"), ("short", "no good key"), ("whsec_?", "no good key")])  # fmt: skip
def test_without_its_key_nothing_is_sent(
    receiver: Receiver, tmp_path: Path, key: str, words: str
) -> None:
    told = Told()
    to = Recipient("webhook", receiver.on(OK), "HOOK_KEY")
    with pytest.raises(DeliveryError, match=words) as caught:
        deliver(to, a_message(), ways_to(told, tmp_path, {"HOOK_KEY": key}), told.handing_over)
    assert caught.value.outcome == "permanent"
    assert "HOOK_KEY" in str(caught.value)
    assert not key or key not in str(caught.value)
    assert told.said == []
    assert receiver.server.connections == 0


@pytest.mark.parametrize("answers", [answer(500), answer(404, KEY.encode()), "hang-up", OK])
def test_promise_21_the_key_is_in_no_message_and_no_log(
    receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture, answers: bytes | str
) -> None:
    caplog.set_level(logging.DEBUG)
    url = receiver.on(answers) + "?token=s3sam3"
    said = ""
    try:
        post(url, a_message(), tmp_path, secret=KEY)
    except DeliveryError as error:
        said = str(error)
    assert "s3sam3" not in said + caplog.text
    if answers != answer(404, KEY.encode()):  # what a receiver gives away itself is its own
        assert KEY not in said + caplog.text


def test_broken_characters_do_not_keep_a_message_back(receiver: Receiver, tmp_path: Path) -> None:
    post(receiver.on(OK), a_message(json.loads('{"title": "a\\ud800b"}')), tmp_path)
    assert receiver.posted[0]["data"] == {"title": "a?b"}
