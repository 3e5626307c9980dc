"""`Fetcher`: one polite, guarded, conditional GET (or a POST), its answer as a value.

Polite: validators go back exactly as they came, one request per host at a time, an honest
name, no cookies, no Referer, no HEAD. Guarded: every hop passes `monitor.fetch.guard`. Bounded:
one deadline over everything, caps on headers, body, decoded body and redirects. Whatever the
world does comes back as a `FetchOutcome`; only misuse raises.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlencode

import httpx

from monitor.fetch.addresses import port_of, read_url, shown
from monitor.fetch.discretion import discreet
from monitor.fetch.failures import Stop, network_failures
from monitor.fetch.guard import read_allowed
from monitor.fetch.headers import request_headers, user_agent
from monitor.fetch.journey import Journey
from monitor.fetch.limits import FetchLimits
from monitor.fetch.network import GuardedStream
from monitor.fetch.outcomes import read_answer, read_receipt, read_reply
from monitor.fetch.resolving import Resolve, refusal_by_name, resolve
from monitor.fetch.slots import Slots
from monitor.fetch.transport import NoCookies, SentBody, open_transport
from monitor.model.feed import NO_VALIDATORS
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, FetchRequest, Posted

__all__ = ["FetchLimits", "Fetcher"]

# Both write every address, and one of them every request header, secrets included, into the log.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


Result = TypeVar("Result")


Tls = ssl.SSLContext
"""Certificates to trust."""


class Fetcher:
    """Fetches documents; an async context manager, one for the life of the program.

    `version` is the monitor's, for the User-Agent. `resolve`, `tls` (certificates to trust) and
    `clock` (aware UTC; what an answer's dates are read against) may be replaced. Raises `UsageError` when `limits.allow_private` or `limits.proxy` cannot
    be understood.
    """

    def __init__(
        self,
        limits: FetchLimits,
        version: str,
        *,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._limits = limits
        self._now = clock
        self._version = version
        self._allowed = read_allowed(limits.allow_private)
        self._resolve = resolve
        self._tls = tls
        self._slots = Slots(limits.per_host, limits.concurrency)
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Fetcher:
        self._client = httpx.AsyncClient(
            transport=open_transport(self._limits, self._allowed, self._resolve, self._tls),
            cookies=NoCookies(),
            trust_env=False,
            follow_redirects=False,
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def fetch(
        self, request: FetchRequest, *, at_turn: Callable[[], None] = lambda: None
    ) -> FetchOutcome:
        """Ask for one document; never raises for what the world does.

        Waits for a turn at the host first; `FetchLimits.timeout` starts to count then. `at_turn` is
        called before each request, and may raise to have it not sent.
        """
        journey = Journey(request, self._limits.timeout.total_seconds(), self._now)
        try:
            journey.url = journey.first = read_url(request.url)
            while True:
                outcome = await self._exchange(journey, self._get(journey), read_answer, at_turn)
                if not isinstance(outcome, httpx.URL):
                    return outcome
                journey.url = outcome
        except Stop as stop:
            return journey.failure(stop)

    async def post(self, url: str, fields: Sequence[tuple[str, str]]) -> Posted | FetchFailure:
        """Send one form (application/x-www-form-urlencoded), as to a WebSub hub.

        The same guard, limits, turns and deadline hold as for `fetch`; redirects are not followed.
        Neither fields nor their values are shown or logged.
        """
        form = ("Content-Type", "application/x-www-form-urlencoded")
        return await self._post(url, urlencode(fields).encode(), (form,), read_receipt)

    async def send(
        self, url: str, body: bytes, headers: Sequence[tuple[str, str]]
    ) -> Posted | FetchFailure:
        """Send any body, as `post` does, to an address that is a secret.

        What comes back names its host alone, see `monitor.fetch.discretion`. `FetchFailure.sent` says
        whether the other side may have the body. Neither address, body nor headers are logged.
        """
        return discreet(await self._post(url, body, headers, read_receipt), url)

    async def ask(
        self, url: str, body: bytes, headers: Sequence[tuple[str, str]]
    ) -> Fetched | FetchFailure:
        """Send a body by POST and return the whole answer, as an interface gives one.

        The same guard, limits, turns and deadline hold as for `fetch`; redirects are not followed.
        Neither the body nor the headers are shown or logged.
        """
        return await self._post(url, body, headers, read_reply)

    async def _post(
        self,
        url: str,
        body: bytes,
        headers: Sequence[tuple[str, str]],
        read: Callable[[Journey, httpx.Response, FetchLimits], Awaitable[Result]],
    ) -> Result | FetchFailure:
        journey = Journey(FetchRequest(url=url), self._limits.timeout.total_seconds(), self._now)
        content = SentBody(body)
        try:
            journey.url = journey.first = read_url(url)
            fields = request_headers(
                agent=user_agent(self._limits, self._version, ""),
                validators=NO_VALIDATORS,
                extra=(("Accept", "*/*"), *headers),
            )
            fields.append((b"Content-Length", b"%d" % len(body)))
            request = self._request("POST", journey.url, fields, content)
            return await self._exchange(journey, request, read)
        except Stop as stop:
            return replace(journey.failure(stop), sent=content.begun)

    def _get(self, journey: Journey) -> httpx.Request:
        """Write the GET for where the journey has got to."""
        asked = journey.asked
        return self._request(
            "GET",
            journey.url,
            request_headers(
                agent=user_agent(
                    self._limits, self._version, asked.user_agent, asked.user_agent_suffix
                ),
                validators=journey.validators,
                extra=journey.extra_headers,
                identity=journey.identity,
            ),
        )

    def _request(
        self,
        method: str,
        url: httpx.URL | None,
        headers: list[tuple[bytes, bytes]],
        content: httpx.AsyncByteStream | None = None,
    ) -> httpx.Request:
        timeout = httpx.Timeout(self._limits.timeout.total_seconds()).as_dict()
        if url is None:
            raise RuntimeError("nothing was asked for yet")
        # The library would read an encoded name to see whether there is one, and some it cannot read.
        headers = [(b"Host", url.netloc), *headers]
        return httpx.Request(
            method, url, headers=headers, stream=content, extensions={"timeout": timeout}
        )

    async def _exchange(
        self,
        journey: Journey,
        request: httpx.Request,
        read: Callable[[Journey, httpx.Response, FetchLimits], Awaitable[Result]],
        at_turn: Callable[[], None] = lambda: None,
    ) -> Result:
        """Send one request, in turn and within the time that is left; return what `read` does."""
        if self._client is None:
            raise RuntimeError("Fetcher is used outside of its context")
        url = request.url
        host = url.raw_host.decode("ascii")
        if self._limits.proxy:
            refused = refusal_by_name(host, port_of(url), self._allowed)
            if refused:
                raise Stop("refused", refused)
        async with self._slots.turn(host), self._clock(journey, url):
            at_turn()
            with network_failures(shown(url)):
                response = await self._client.send(request, stream=True)
                stream = response.extensions.get("network_stream")
                try:
                    return await read(journey, response, self._limits)
                finally:
                    await response.aclose()
                    if isinstance(stream, GuardedStream):
                        journey.wire_bytes += stream.received

    @asynccontextmanager
    async def _clock(self, journey: Journey, url: httpx.URL) -> AsyncIterator[None]:
        """Take the time that passes inside from what is left of the journey's."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(journey.seconds_left):
                yield
        except TimeoutError as error:
            seconds = self._limits.timeout.total_seconds()
            raise Stop(
                "timeout", f"{shown(url)} is too slow: no complete answer within {seconds:g} s."
            ) from error
        finally:
            journey.seconds_left = max(journey.seconds_left - (loop.time() - started), 0)
