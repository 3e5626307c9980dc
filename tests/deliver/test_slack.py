"""Slack: payloads within its limits that call nobody, and what its answers mean for a delivery."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.deliver.slack import deliver
from monitor.errors import DeliveryError
from monitor.model.digest import Recipient
from tests.deliver.receiving import (
    AN_ALERT,
    OK,
    SECRET_PATH,
    Receiver,
    Told,
    a_document,
    a_message,
    receiving,
    ways_to,
)
from tests.fetch.server import answer

TO = Recipient("slack", "SLACK_URL")
LONG = a_document(70)


def post(
    url: str, root: Path, document: dict[str, Any] | None = None, **other: Any
) -> tuple[Told, DeliveryError | None]:
    told = Told()
    message = {key: other.pop(key) for key in ("may_be_repeat", "trial", "permalink") if key in other}  # fmt: skip
    ways = ways_to(told, root, {"SLACK_URL": url} if url else {}, **other)
    try:
        deliver(TO, a_message(document, **message), ways, told.handing_over)
    except DeliveryError as error:
        return told, error
    return told, None


def words(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False)


def test_an_edition_is_one_message(receiver: Receiver, tmp_path: Path) -> None:
    told, error = post(receiver.on(OK), tmp_path, permalink="https://m.example/digests/x")
    assert error is None
    assert told.said == ["handing-over", "replied"]
    [payload] = receiver.posted
    blocks = payload["blocks"]
    assert blocks[0]["text"] == {"type": "plain_text", "text": "AI policy", "emoji": False}
    assert payload["text"].startswith("AI policy: 2 stories")
    shown = "\n".join(
        each["text"]["text"] if "text" in each else each["elements"][0]["text"] for each in blocks
    )
    for expected in (
        "First seen Sun 22 Nov 07:00 – Mon 23 Nov 07:00 (Europe/Berlin)",
        "41 of 43 feeds checked\n12 entries seen, 5 matched",
        "*In short*\n*<https://harbour-post.example/0|Bureau 0 lists firms>*\nHarbour Post\n2 outlets · Chips",
        "*<https://harbour-post.example/1?a=1&amp;b=2|Bureau 1 lists firms &amp; others &lt;again&gt;>*\n"
        "Harbour Post\nAlso: Civic Wire · 2 copies of the same text\nPrimary document: Rule 7, Trade Bureau\n"
        "Why: chips v3 – @\u200bchips: title “H20”",
        "+7 more stories",
        "*Developing*",
        "New since Fri 20 Nov: 2 more outlets; a document",
        "*Primary documents*",
        "*A notice*\nTrade Bureau\nWithdrawn",
        "*A ruling*\nCivic Wire\nEdited; the headline was: The ruling",
        "Nothing new on: Open weights",
        "monitor digest show daily-2026-11-23-0700",
        "<https://m.example/digests/x|Read it as a page>",
    ):
        assert expected in shown
    assert "repeat" not in shown
    assert receiver.server.asked[0].values("Content-Type") == [b"application/json; charset=utf-8"]


def test_an_alert_a_trial_and_a_repeat_say_so(receiver: Receiver, tmp_path: Path) -> None:
    url = receiver.on(OK)
    post(url, tmp_path, AN_ALERT)
    post(url, tmp_path, trial=True)
    post(url, tmp_path, may_be_repeat=True)
    alert, trial, again = receiver.posted
    assert alert["blocks"][0]["text"]["text"] == "Chip news"
    assert "Two outlets tell it." in words(alert)
    assert "Bureau 5 lists firms" in words(alert)
    assert "Why: @\u200bchips: title “H20”" in words(alert)
    assert "+3 more stories" in words(alert)
    assert "This is a trial" in words(trial)
    assert "This may be a repeat" in words(again)


def test_a_long_edition_is_several_messages_in_order(receiver: Receiver, tmp_path: Path) -> None:
    told, error = post(receiver.on(OK), tmp_path, LONG)
    assert error is None
    number = len(receiver.posted)
    assert 1 < number <= 4
    assert told.said == ["handing-over"] + ["replied"] * number
    assert told.slept == [1.0] * (number - 1)
    titles = [each["blocks"][0]["text"]["text"] for each in receiver.posted]
    assert titles == [f"AI policy ({place} of {number})" for place in range(1, number + 1)]
    assert "41 of 43 feeds checked" in words(receiver.posted[0])
    assert "In short" in words(receiver.posted[0])


@pytest.mark.parametrize(
    ("answers", "outcome", "said"),
    [
        (answer(429, b"", ("Retry-After", "30")), "temporary", "429"),
        (answer(500, b"rollup_error"), "temporary", "rollup_error"),
        (answer(400, b"invalid_payload"), "permanent", "invalid_payload"),
        (answer(403, b"action_prohibited"), "permanent", "action_prohibited"),
        (answer(404, b"no_service"), "permanent", "no_service"),
        (answer(410, b"channel_is_archived"), "permanent", "channel_is_archived"),
        (answer(502), "unknown", "may have arrived"),
        ("hang-up", "unknown", "may have arrived"),
        ("silence", "unknown", "may have arrived"),
    ],
)
def test_every_failure_says_what_follows_from_it(
    receiver: Receiver, tmp_path: Path, answers: bytes | str, outcome: str, said: str
) -> None:
    timeout = "1s" if answers == "silence" else "5s"
    told, error = post(receiver.on(answers), tmp_path, timeout=timeout)
    assert error is not None
    assert error.outcome == outcome
    assert said in str(error)
    assert error.wait == (timedelta(seconds=30) if "429" in said else None)
    assert told.said[0] == "handing-over"
    assert len(receiver.bodies) == 1


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        (answer(500), "unknown"),
        ("hang-up", "unknown"),
        (answer(400, b"invalid_blocks"), "permanent"),
    ],
)
def test_a_failure_after_the_first_message_is_not_simply_tried_again(
    receiver: Receiver, tmp_path: Path, later: bytes | str, outcome: str
) -> None:
    _, error = post(receiver.on(OK, later), tmp_path, LONG)
    assert error is not None
    assert error.outcome == outcome
    assert "1 of " in str(error)
    assert len(receiver.bodies) == 2


def test_slack_may_ask_for_a_pause_between_two_messages(receiver: Receiver, tmp_path: Path) -> None:
    slow = answer(429, b"", ("Retry-After", "7"))
    told, error = post(receiver.on(OK, slow, OK), tmp_path, LONG)
    assert error is None
    assert told.slept[:2] == [1.0, 7.0]
    assert receiver.bodies[1] == receiver.bodies[2]
    _, error = post(receiver.on(OK, answer(429, b"", ("Retry-After", "900"))), tmp_path, LONG)
    assert error is not None
    assert error.outcome == "unknown"


def test_without_its_address_nothing_is_sent(tmp_path: Path) -> None:
    told, error = post("", tmp_path)
    assert error is not None
    assert error.outcome == "permanent"
    assert "SLACK_URL is not set" in str(error)
    assert told.said == []


def test_promise_4_the_guard_stands_before_slack(receiver: Receiver, tmp_path: Path) -> None:
    _, error = post(receiver.on(OK), tmp_path, allow=())
    assert error is not None
    assert error.outcome == "permanent"
    assert receiver.server.connections == 0


@pytest.mark.parametrize(
    "answers",
    [OK, answer(500), answer(404, SECRET_PATH.encode()), "hang-up", "silence", answer(302, b"", ("Location", SECRET_PATH))],
)  # fmt: skip
def test_promise_21_the_address_is_in_no_message_and_no_log(
    receiver: Receiver, tmp_path: Path, answers: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, error = post(receiver.on(answers), tmp_path, timeout="1s")
    for said in (str(error), caplog.text):
        for secret in ("T0AAAA1", "Zq9xKwPlm2", "services"):
            assert secret not in said


@pytest.mark.parametrize("address", ["T0AAAA1/Zq9xKwPlm2", "ftp://slack.example/Zq9xKwPlm2"])
def test_promise_21_what_is_no_address_is_not_said(tmp_path: Path, address: str) -> None:
    _, error = post(address, tmp_path)
    assert error is not None
    assert error.outcome == "permanent"
    assert "SLACK_URL" in str(error)
    assert "Zq9xKwPlm2" not in str(error)


def test_slack_being_down_is_tried_again(tmp_path: Path) -> None:
    with receiving() as gone:
        url = gone.on(OK)
    _, error = post(url, tmp_path)
    assert error is not None
    assert error.outcome == "temporary"
