"""What is sent for a feed: its own headers and words, and secrets from the environment."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from monitor.model.feed import Feed, FeedRecord
from monitor.model.fetch import FetchFailure, FetchRequest
from monitor.service.requests import request_for
from monitor.settings.values import FetchSettings

URL = "https://a.example/feed"


def asked(secret: str | None, **feed: Any) -> FetchRequest | FetchFailure:
    """The request for a feed whose variable SECRET holds something, or is not there."""
    record = FeedRecord(id=1, url=URL, feed=Feed(url=URL, **feed))
    return request_for(record, FetchSettings(), {} if secret is None else {"SECRET": secret})


def sent(secret: str, scheme: str) -> str:
    request = asked(secret, auth_env="SECRET", auth_scheme=scheme)
    assert isinstance(request, FetchRequest), request
    return dict(request.headers)["Authorization"]


def test_without_a_scheme_the_variable_holds_the_whole_value() -> None:
    assert sent("Bearer 0123", "") == "Bearer 0123"
    assert sent("Digest x=y", "") == "Digest x=y"


def test_a_token_is_sent_as_bearer() -> None:
    assert sent("0123.abc_~+/-==", "bearer") == "Bearer 0123.abc_~+/-=="


def test_a_user_and_password_are_sent_as_basic_in_utf_8() -> None:
    # The example of RFC 7617 section 2.1.
    assert sent("test:123\u00a3", "basic") == "Basic dGVzdDoxMjPCow=="
    assert sent("Aladdin:open sesame", "basic") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    scheme, _, code = sent("ann:a:b:ü", "basic").partition(" ")
    assert (scheme, b64decode(code).decode()) == ("Basic", "ann:a:b:ü")


@pytest.mark.parametrize(
    ("secret", "scheme", "words"),
    [
        (None, "", "not set"),
        ("", "bearer", "not set"),
        ("S3CRET", "basic", "user:password"),
        ("ann:S3CRET\n", "basic", "user:password"),
        ("Bearer S3CRET", "bearer", 'without "Bearer"'),
        ("S3CRET\r\nX-Other: 1", "bearer", "holds no bearer token"),
        ("S3CRETü", "bearer", "holds no bearer token"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name_and_never_shown(
    secret: str | None, scheme: str, words: str
) -> None:
    failure = asked(secret, auth_env="SECRET", auth_scheme=scheme)
    assert isinstance(failure, FetchFailure)
    assert failure.kind == "blocked"
    assert failure.message.startswith("The environment variable SECRET ")
    assert words in failure.message
    assert "S3CRET" not in failure.message


def test_headers_and_words_of_the_feed_go_along() -> None:
    request = asked(
        None, headers=(("Accept-Language", "en"),), user_agent="Mine/1", user_agent_suffix="key-7"
    )
    assert request == FetchRequest(
        url=URL,
        user_agent="Mine/1",
        user_agent_suffix="key-7",
        headers=(("Accept-Language", "en"),),
    )


def test_a_feed_that_config_no_longer_has_is_asked_without_extras() -> None:
    record = FeedRecord(id=1, url=URL)
    assert request_for(record, FetchSettings(), {}) == FetchRequest(url=URL)
