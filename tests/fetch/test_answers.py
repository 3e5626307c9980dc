"""What each status means, and that nothing secret is said: FRB-101, PROMISES 13, 17, 21, 33."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.answers import as_text
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest, NotModified
from tests.fetch.server import Server, answer, get, running

KINDS = {
    400: "http",
    401: "blocked",
    402: "http",
    403: "blocked",
    404: "http",
    410: "gone",
    429: "throttled",
    451: "blocked",
    500: "http",
    502: "http",
    503: "throttled",
    599: "http",
    201: "http",
    202: "http",
    999: "http",
}


@pytest.mark.parametrize(("status", "kind"), KINDS.items())
async def test_13_17_33_each_status_that_is_no_success_has_its_kind(
    web: Server, status: int, kind: str
) -> None:
    outcome = await get(web.on("/feed", answer(status, b"words")))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == (kind, status)
    assert str(status) in outcome.message
    assert outcome.snippet == "words"
    assert outcome.wire_bytes > 0


async def test_13_403_with_a_challenge_is_blocked_with_advice(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(403, b"", ("cf-mitigated", "challenge"))))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "blocked"
    assert "ask the publisher" in outcome.message


@pytest.mark.parametrize("status", [429, 503])
async def test_frb_020_retry_after_of_a_429_or_503_is_read(web: Server, status: int) -> None:
    outcome = await get(web.on("/feed", answer(status, b"", ("Retry-After", "5400"))))
    assert isinstance(outcome, FetchFailure)
    assert outcome.pacing.retry_after == timedelta(minutes=90)


async def test_frb_101_error_page_is_shown_as_text(web: Server) -> None:
    page = (
        "<html><head><title>Sorry</title><style>p{}</style><script>let x = '<p>';</script></head>"
        "<body><!-- no --><h1>Feed moved</h1><p>Ask M&uuml;ller\n&amp; Co.</p></body></html>"
    )
    fields = ("Content-Type", "text/html; charset=iso-8859-1")
    outcome = await get(web.on("/feed", answer(404, page.encode("latin-1"), fields)))
    assert isinstance(outcome, FetchFailure)
    assert outcome.snippet == "Sorry Feed moved Ask Müller & Co."


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"x" * 400_000, ()),
        (b"\xff\xfe\x00" * 1000, (("Content-Type", "text/html; charset=nonsense"),)),
        (b"not gzip", (("Content-Encoding", "gzip"),)),
        (b"whatever", (("Content-Encoding", "gzip, br"),)),
        (b"<p " * 100_000, ()),
        (b"<script>" * 50_000, ()),
    ],
)
async def test_frb_101_any_error_page_gives_at_most_500_characters(
    web: Server, body: bytes, fields: tuple[tuple[str, str], ...]
) -> None:
    outcome = await get(web.on("/feed", answer(500, body, *fields)))
    assert isinstance(outcome, FetchFailure)
    assert (outcome.kind, outcome.status) == ("http", 500)
    assert len(outcome.snippet) <= 500
    assert outcome.wire_bytes < 300_000


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_text_of_a_page_is_one_printable_line(page: str) -> None:
    text = as_text(page)
    assert len(text) <= 500
    assert text.isprintable()


async def test_21_secrets_are_in_no_message_and_no_log(
    web: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = (("Authorization", "Bearer hunter2"), ("X-Key", "hunter2"))
    web.on("/loop", answer(302, b"", ("Location", "/loop?token=hunter2")))
    for status in (200, 302, 304, 404, 429, 500):
        web.on(f"/{status}", answer(status, b"", ("Content-Encoding", "br"), length=False))
    for path in ("/loop", "/200", "/302", "/304", "/404", "/429", "/500"):
        outcome = await get(FetchRequest(url=web.url(path) + "?token=hunter2", headers=headers))
        assert isinstance(outcome, FetchFailure)
        assert "hunter2" not in outcome.message
        assert "\n" not in outcome.message
    assert "hunter2" not in caplog.text
    assert any(asked.values("X-Key") for asked in web.asked)


async def test_a_line_break_in_a_path_does_not_reach_the_message(web: Server) -> None:
    outcome = await get(web.url("/a%0Ab"))
    assert isinstance(outcome, FetchFailure)
    assert "\n" not in outcome.message


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(
                [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 301 Moved\r\n", b"HTTP/1.0 304 x\r\n", b"\r\n",
                 b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n",
                 b"Content-Encoding: gzip\r\n", b"Location: http://[\r\n", b"ETag: \xff\r\n",
                 b"Set-Cookie: a=b; expires=x\r\n", b"Retry-After: 1e9\r\n", b"HTTP/1.1 103 x\r\n\r\n"]
            ),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_06_whatever_a_server_sends_comes_back_as_a_value(pieces: list[bytes]) -> None:
    async def run() -> object:
        async with running() as server:
            return await get(server.on("/feed", b"".join(pieces)))

    assert isinstance(asyncio.run(run()), Fetched | NotModified | FetchFailure)
