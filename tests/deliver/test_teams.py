"""Teams: Adaptive Cards within 28 KB, and what a workflow's answers mean for a delivery."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from monitor.deliver.teams import deliver
from monitor.errors import DeliveryError
from monitor.model.digest import Recipient
from tests.deliver.receiving import (
    AN_ALERT,
    Receiver,
    Told,
    a_document,
    a_message,
    ways_to,
)
from tests.fetch.server import answer

TO = Recipient("teams", "TEAMS_URL")
TAKEN = answer(202)
LONG = a_document(150)


def post(
    url: str, root: Path, document: dict[str, Any] | None = None, **other: Any
) -> tuple[Told, DeliveryError | None]:
    told = Told()
    permalink = other.pop("permalink", "")
    ways = ways_to(told, root, {"TEAMS_URL": url} if url else {}, **other)
    try:
        deliver(TO, a_message(document, permalink=permalink), ways, told.handing_over)
    except DeliveryError as error:
        return told, error
    return told, None


def texts(payload: dict[str, Any]) -> list[str]:
    [attachment] = payload["attachments"]
    return [block["text"] for block in attachment["content"]["body"]]


def test_an_edition_is_one_card(receiver: Receiver, tmp_path: Path) -> None:
    told, error = post(receiver.on(TAKEN), tmp_path, permalink="https://m.example/d?a=1&copy;=(2)")
    assert error is None
    assert told.said == ["handing-over", "replied"]
    [payload] = receiver.posted
    assert payload["type"] == "message"
    [attachment] = payload["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {block["type"] for block in card["body"]} == {"TextBlock"}
    shown = texts(payload)
    assert shown[0] == "AI policy"
    for expected in (
        "41 of 43 feeds checked",
        "In short",
        "[Bureau 1 lists firms &amp; others &lt;again&gt;](https://harbour-post.example/1?a=1&b=2)",
        "Harbour Post  \nAlso: Civic Wire · 2 copies of the same text  \nPrimary document: Rule 7, Trade Bureau  \n"
        "Why: chips v3 – @\u200bchips: title “H20”",
        "\\+7 more stories",
        "Primary documents",
        "[Read it as a page](https://m.example/d?a=1&amp;copy;=%282%29)",
    ):
        assert expected in shown


def test_an_alert_is_a_card(receiver: Receiver, tmp_path: Path) -> None:
    _, error = post(receiver.on(TAKEN), tmp_path, AN_ALERT)
    assert error is None
    shown = texts(receiver.posted[0])
    assert shown[:2] == ["Chip news", "Two outlets tell it."]
    assert shown[2].startswith("[Bureau 5 lists firms")


def test_a_long_edition_is_several_cards(receiver: Receiver, tmp_path: Path) -> None:
    told, error = post(receiver.on(TAKEN), tmp_path, LONG)
    assert error is None
    number = len(receiver.bodies)
    assert 1 < number <= 4
    assert all(len(body) < 28_000 for body in receiver.bodies)
    assert [texts(each)[0] for each in receiver.posted] == [
        f"AI policy ({place} of {number})" for place in range(1, number + 1)
    ]
    assert told.slept == [1.0] * (number - 1)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (answer(429, b"", ("Retry-After", "5")), "temporary"),
        (answer(500), "temporary"),
        (answer(504), "unknown"),
        (answer(400, b"bad card"), "permanent"),
        (answer(401), "permanent"),
        (answer(404), "permanent"),
        (answer(410), "permanent"),
        ("hang-up", "unknown"),
        ("silence", "unknown"),
    ],
)
def test_every_failure_says_what_follows_from_it(
    receiver: Receiver,
    tmp_path: Path,
    answers: bytes | str,
    outcome: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    url = receiver.on(answers) + "?api-version=2016-06-01&sig=s3sam3-s3sam3"
    _, error = post(url, tmp_path, timeout="1s")
    assert error is not None
    assert error.outcome == outcome
    for secret in ("s3sam3", "T0AAAA1"):
        assert secret not in str(error) + caplog.text
    assert len(receiver.bodies) == 1


def test_a_failure_after_the_first_card_leaves_it_unknown(
    receiver: Receiver, tmp_path: Path
) -> None:
    _, error = post(receiver.on(TAKEN, answer(500)), tmp_path, LONG)
    assert error is not None
    assert error.outcome == "unknown"


def test_without_its_address_nothing_is_sent(tmp_path: Path) -> None:
    told, error = post("", tmp_path)
    assert error is not None
    assert error.outcome == "permanent"
    assert "TEAMS_URL is not set" in str(error)
    assert told.said == []


def test_promise_4_the_guard_stands_before_teams(receiver: Receiver, tmp_path: Path) -> None:
    _, error = post(receiver.on(TAKEN), tmp_path, allow=())
    assert error is not None
    assert error.outcome == "permanent"
    assert receiver.server.connections == 0
