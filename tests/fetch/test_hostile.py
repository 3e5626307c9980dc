"""Servers that mean harm or are broken: PROMISES bad inputs 1 to 4, 30 and 32."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest
from tests.fetch.server import FEED, LOOPBACK, Act, Asked, Server, answer, get, running

HASTY = FetchLimits(allow_private=LOOPBACK, timeout=timedelta(seconds=0.5))


def dripping(start: bytes, piece: bytes) -> Act:
    """Send `start`, then `piece` again and again, always within any time limit for one read."""

    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)

    return act


SLOW = {
    "01 body a byte at a time": dripping(
        answer(200, b"", ("Content-Length", "9999"), length=False), b"x"
    ),
    "01 body without length": dripping(answer(200, length=False), b"x"),
    "01 chunks that do not end": dripping(
        answer(200, b"", ("Transfer-Encoding", "chunked"), length=False), b"1\r\nx\r\n"
    ),
    "02 a header line at a time": dripping(b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n"),
    "02 a byte of a header at a time": dripping(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"1"),
    "03 endless 103": dripping(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "03 endless 100": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": dripping(b"", b""),
    "an error page that does not end": dripping(answer(500, length=False), b"x"),
}


@pytest.mark.parametrize("act", SLOW.values(), ids=SLOW)
async def test_01_02_03_slow_answers_end_at_the_total_deadline(web: Server, act: Act) -> None:
    async with asyncio.timeout(10):
        outcome = await get(web.on("/feed", act), HASTY)
    assert isinstance(outcome, FetchFailure)
    if outcome.status == 500:
        assert outcome.snippet.startswith("x")
    else:
        assert outcome.kind == "timeout"
        assert "0.5 s" in outcome.message


async def test_01_deadline_counts_over_all_redirects_together(web: Server) -> None:
    async def slow_redirect(
        _: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
    ) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer(302, b"", ("Location", asked.target + "x")))
        await writer.drain()

    for hop in range(6):
        web.on("/" + "x" * hop, slow_redirect)
    outcome = await get(web.url("/"), HASTY)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "timeout"
    assert 1 <= len(outcome.hops) <= 3


async def test_a_throttled_answer_stays_throttled_when_its_page_does_not_end(web: Server) -> None:
    act = dripping(answer(429, b"", ("Retry-After", "7200"), length=False), b"x")
    outcome = await get(web.on("/feed", act), HASTY)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "throttled"
    assert outcome.pacing.retry_after == timedelta(hours=2)


def flooding(start: bytes, piece: bytes) -> Act:
    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()

    return act


FLOODS = {
    "03 103 as fast as it goes": flooding(
        b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50
    ),
    "04 headers without end": flooding(b"HTTP/1.1 200 OK\r\n", b"X-Flood: 1\r\n" * 100),
    "04 one header without end": flooding(b"HTTP/1.1 200 OK\r\nX-Flood: ", b"1" * 1000),
    "04 a status line without end": flooding(b"HTTP/1.1 200 ", b"O" * 1000),
}


@pytest.mark.parametrize("act", FLOODS.values(), ids=FLOODS)
async def test_03_04_header_floods_are_refused_by_the_header_cap(web: Server, act: Act) -> None:
    outcome = await get(web.on("/feed", act))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "protocol"


@pytest.mark.parametrize(
    ("size", "kind"), [(49_000, "ok"), (52_000, "protocol"), (2_000_000, "protocol")]
)
async def test_04_100_000_headers_are_refused_and_the_cap_is_where_it_says(
    web: Server, size: int, kind: str
) -> None:
    fields = [("X", "1" * 14)] * (size // 19)
    outcome = await get(web.on("/feed", answer(200, FEED, *fields)))
    assert (outcome.kind if isinstance(outcome, FetchFailure) else "ok") == kind


NOT_HTTP = {
    "nothing": b"",
    "text": b"220 mail.example ESMTP\r\n",
    "a body at once": FEED,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "length in words": b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
    "NUL in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "status 99": b"HTTP/1.1 99 Odd\r\n\r\n",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
}


@pytest.mark.parametrize("raw", NOT_HTTP.values(), ids=NOT_HTTP)
async def test_answers_that_are_not_http_are_a_recorded_failure(web: Server, raw: bytes) -> None:
    outcome = await get(web.on("/feed", raw))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind in ("protocol", "truncated", "http")
    assert outcome.message.endswith(".")


async def test_connection_reset_before_any_answer_is_a_connect_failure(web: Server) -> None:
    async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Asked) -> None:
        writer.transport.abort()

    outcome = await get(web.on("/feed", reset))
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind in ("connect", "protocol")


async def test_half_closed_connection_still_gives_its_body(web: Server) -> None:
    async def half_close(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: Asked
    ) -> None:
        writer.write(answer(200, FEED, length=False))
        writer.write_eof()
        with contextlib.suppress(ConnectionError):
            await reader.read()

    outcome = await get(web.on("/feed", half_close))
    assert isinstance(outcome, Fetched)
    assert outcome.body == FEED


async def test_nobody_listening_is_a_connect_failure_in_words() -> None:
    async with running() as gone:
        url = gone.url("/feed")
    outcome = await get(url)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "connect"
    assert "Connection refused" in outcome.message


async def test_30_cookies_are_never_sent_back(web: Server) -> None:
    fields = [("Set-Cookie", "id=1; Path=/"), ("Set-Cookie", "b=2; Domain=127.0.0.1")]
    web.on("/next", answer(200, FEED, *fields))
    url = web.on("/feed", answer(302, b"", ("Location", "/next"), *fields))
    async with Fetcher(FetchLimits(allow_private=LOOPBACK), "0.1") as fetcher:
        for _ in range(3):
            await fetcher.fetch(FetchRequest(url=url))
    assert len(web.asked) == 6
    assert all(asked.values("Cookie") == [] for asked in web.asked)


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    """Fail the test that leaves a socket behind: what is collected unclosed is a warning."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for "feeds.test", made on the spot."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command is needed to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2"]
    command += ["-subj", "/CN=feeds.test", "-addext", "subjectAltName=DNS:feeds.test"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


async def names_for_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def over_tls(
    folder: Path, host: str, *, trusted: bool
) -> tuple[Server, Fetched | FetchFailure]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    ours = ssl.create_default_context(cafile=str(folder / "cert.pem")) if trusted else None
    limits = FetchLimits(allow_private=LOOPBACK)
    async with running(tls=context) as server:
        server.on("/feed", answer(200, FEED))
        async with Fetcher(limits, "0.1", resolve=names_for_loopback, tls=ours) as fetcher:
            outcome = await fetcher.fetch(FetchRequest(url=server.url("/feed", host)))
    assert isinstance(outcome, Fetched | FetchFailure)
    return server, outcome


async def test_32_trusted_certificate_is_checked_against_the_name(certificates: Path) -> None:
    _, outcome = await over_tls(certificates, "feeds.test", trusted=True)
    assert isinstance(outcome, Fetched)
    assert outcome.wire_bytes > len(FEED)


@pytest.mark.parametrize(
    ("host", "trusted", "words"),
    [("feeds.test", False, "self-signed"), ("other.test", True, "other.test")],
)
async def test_32_bad_certificate_is_a_certificate_failure_with_its_reason(
    certificates: Path, host: str, trusted: bool, words: str
) -> None:
    server, outcome = await over_tls(certificates, host, trusted=trusted)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "certificate"
    assert words in outcome.message
    assert server.asked == []


async def test_32_plain_http_behind_https_is_a_certificate_failure(web: Server) -> None:
    url = web.on("/feed", answer(200, FEED)).replace("http:", "https:")
    outcome = await get(url, HASTY)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind in ("certificate", "timeout")
