"""What is said to hubs, and what theirs means: W3C WebSub, without a network."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.websub import (
    LONGEST_LEASE,
    Intent,
    callback_of,
    hub_address,
    is_signed,
    is_token,
    read_intent,
    renewal_after,
    request_fields,
    same_topic,
)

TOPIC = "https://a.example/feed"


@pytest.mark.parametrize(
    ("hub", "address"),
    [
        ("https://hub.example/", "https://hub.example/"),
        ("https://hub.example:8443/x?a=1#part", "https://hub.example:8443/x?a=1"),
        ("http://hub.example/", "https://hub.example/"),
        ("http://hub.example:80/x?pushpress=hub", "https://hub.example/x?pushpress=hub"),
        ("http://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("http://hub.example:8080/", ""),
        ("ftp://hub.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://user:pass@hub.example/", ""),
        ("https://hub.example:port/", ""),
        ("https://[::1/", ""),
        ("/hub", ""),
        ("", ""),
    ],
)
def test_the_secret_goes_over_https_or_nowhere(hub: str, address: str) -> None:
    assert hub_address(hub) == address


def test_a_request_to_subscribe_has_the_fields_of_the_specification() -> None:
    callback = callback_of("https://monitor.example/", "T")
    fields = dict(request_fields("subscribe", topic=TOPIC, callback=callback, secret="s"))
    assert fields == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://monitor.example/websub/T",
        "hub.secret": "s",
        "hub.lease_seconds": "864000",
    }


def test_a_request_to_unsubscribe_tells_no_secret() -> None:
    fields = dict(request_fields("unsubscribe", topic=TOPIC, callback="https://m/x", secret="s"))
    assert fields == {
        "hub.mode": "unsubscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://m/x",
    }


def asked(**fields: str) -> str:
    return urlencode({f"hub.{name}": text for name, text in fields.items()})


@pytest.mark.parametrize(
    ("query", "intent"),
    [
        (
            asked(mode="subscribe", topic=TOPIC, challenge="c", lease_seconds="3600"),
            Intent("subscribe", TOPIC, "c", timedelta(hours=1)),
        ),
        (asked(mode="subscribe", topic=TOPIC, challenge="c"), Intent("subscribe", TOPIC, "c")),
        (
            asked(mode="unsubscribe", topic=TOPIC, challenge="c", lease_seconds="9"),
            Intent("unsubscribe", TOPIC, "c"),
        ),
        (
            asked(mode="denied", topic=TOPIC, reason=" no\nroom "),
            Intent("denied", TOPIC, reason="no room"),
        ),
        (asked(mode="denied", topic=TOPIC), Intent("denied", TOPIC)),
        (asked(mode="denied"), None),
        (asked(mode="subscribe", topic=TOPIC), None),
        (asked(mode="subscribe", challenge="c"), None),
        (asked(mode="publish", topic=TOPIC, challenge="c"), None),
        (asked(mode="subscribe", topic=TOPIC, challenge="c") + "&hub.topic=x", None),
        (asked(mode="subscribe", topic=TOPIC, challenge="c") + 30 * "&a=b", None),
        ("hub.mode=subscribe&hub.topic=%FF&hub.challenge=c", None),
        ("", None),
    ],
)
def test_what_a_hub_asks_is_read_or_refused(query: str, intent: Intent | None) -> None:
    assert read_intent(query) == intent


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [
        ("0", None), ("-5", None), ("1e9", None), ("", None), ("٣", None), ("60", timedelta(minutes=1)),
        ("9" * 40, LONGEST_LEASE), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_a_lease_is_a_positive_number_of_seconds_and_is_bounded(
    seconds: str, lease: timedelta | None
) -> None:
    intent = read_intent(asked(mode="subscribe", topic=TOPIC, challenge="c", lease_seconds=seconds))
    assert intent is not None
    assert intent.lease == lease


def test_a_lease_is_renewed_after_two_thirds_but_not_all_the_time() -> None:
    assert renewal_after(timedelta(days=9)) == timedelta(days=6)
    assert renewal_after(timedelta(seconds=3)) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/f", "https://a.example/f", True),
        ("https://a.example/%7Eann/f", "https://a.example/~ann/f", True),
        ("https://A.example", "https://a.example/", True),
        ("https://a.example/%e4", "https://a.example/%E4", True),
        ("https://a.example/ä", "https://a.example/%C3%A4", True),
        ("https://a.example/a%2Fb", "https://a.example/a/b", False),
        ("https://a.example/f?a=1", "https://a.example/f?a=2", False),
        ("https://a.example/f", "https://b.example/f", False),
        ("https://a.example/f", "http://a.example/f", False),
        ("https://a.example/F", "https://a.example/f", False),
        ("https://[::1/", "https://a.example/", False),
    ],
)
def test_topics_are_the_same_however_they_are_encoded(one: str, other: str, same: bool) -> None:
    assert same_topic(one, other) is same
    assert same_topic(other, one) is same


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_is_that_of_the_bytes_and_the_secret(method: str) -> None:
    digest = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()
    assert is_signed(b"body", f"{method}={digest}", "secret")
    assert is_signed(b"body", f" {method.upper()}={digest.upper()} ", "secret")
    assert not is_signed(b"body!", f"{method}={digest}", "secret")
    assert not is_signed(b"body", f"{method}={digest}", "another")
    assert not is_signed(b"body", f"{method}={digest[:-1]}", "secret")
    assert not is_signed(b"body", digest, "secret")


def test_weak_and_unknown_methods_sign_nothing() -> None:
    for method in ("md5", "sha224", "new", "__class__", ""):
        digest = hmac.new(b"secret", b"body", "md5").hexdigest()
        assert not is_signed(b"body", f"{method}={digest}", "secret")
    assert not is_signed(b"body", "sha256=" + hmac.new(b"", b"body", "sha256").hexdigest(), "")


@given(st.text(max_size=200))
def test_nothing_a_stranger_sends_is_taken_for_signed_or_breaks_anything(text: str) -> None:
    assert not is_signed(b"body", text, "secret")
    assert not is_signed(b"body", f"sha256={text}", "secret")
    intent = read_intent(text)
    assert intent is None or intent.topic
    hub_address(text)
    assert same_topic(text, text)


def test_a_token_has_at_least_128_bits() -> None:
    assert is_token("x" * 43)
    assert not is_token("x" * 21)
    assert not is_token("../" + "x" * 43)
    assert not is_token("x" * 43 + "\n")
