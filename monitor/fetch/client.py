"""`Fetcher`: one polite, guarded, conditional GET, and its answer as a value.

Polite: validators go back exactly as they came, one request per host at a time, an honest
name, no cookies, no Referer, no HEAD. Guarded: every hop passes `monitor.fetch.guard`. Bounded:
one deadline over everything, caps on headers, body, decoded body and redirects. Whatever the
world does comes back as a `FetchOutcome`; only misuse raises.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType

import httpx

from monitor.fetch.addresses import port_of, read_url, redirect_target, shown
from monitor.fetch.answers import EMPTY, FULL, REDIRECTS, failure_of, read_snippet
from monitor.fetch.bodies import content_coding, read_body
from monitor.fetch.failures import Stop, network_failures
from monitor.fetch.guard import read_allowed
from monitor.fetch.headers import read_validators, request_headers, user_agent, values
from monitor.fetch.journey import Journey
from monitor.fetch.limits import FetchLimits
from monitor.fetch.network import GuardedStream
from monitor.fetch.pacing import read_pacing
from monitor.fetch.resolving import Resolve, refusal_by_name, resolve
from monitor.fetch.slots import Slots
from monitor.fetch.transport import NoCookies, open_transport
from monitor.model.feed import NO_VALIDATORS
from monitor.model.fetch import Fetched, FetchOutcome, FetchRequest, Hop, NotModified

__all__ = ["FetchLimits", "Fetcher"]

# Both write every address, and one of them every request header, secrets included, into the log.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Fetcher:
    """Fetches documents; an async context manager, one for the life of the program.

    `version` is the monitor's, for the User-Agent. `resolve` and `tls` (certificates to
    trust) may be replaced. Raises `UsageError` when `limits.allow_private` or `limits.proxy` cannot
    be understood.
    """

    def __init__(
        self,
        limits: FetchLimits,
        version: str,
        *,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits
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

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        """Ask for one document; never raises for what the world does.

        Waits for a turn at the host first; `FetchLimits.timeout` starts to count then.
        """
        journey = Journey(request, self._limits.timeout.total_seconds())
        try:
            journey.url = journey.first = read_url(request.url)
            while True:
                outcome = await self._ask(journey, journey.url)
                if not isinstance(outcome, httpx.URL):
                    return outcome
                journey.url = outcome
        except Stop as stop:
            return journey.failure(stop)

    async def _ask(self, journey: Journey, url: httpx.URL) -> FetchOutcome | httpx.URL:
        """Send one request; return what came of it, or the address to ask next."""
        if self._client is None:
            raise RuntimeError("Fetcher is used outside of its context")
        if self._limits.proxy:
            refused = refusal_by_name(url.raw_host.decode("ascii"), port_of(url), self._allowed)
            if refused:
                raise Stop("refused", refused)
        timeout = self._limits.timeout.total_seconds()
        request = httpx.Request(
            "GET",
            url,
            headers=request_headers(
                agent=user_agent(self._limits, self._version, journey.asked.user_agent),
                validators=journey.validators,
                extra=journey.extra_headers,
                identity=journey.identity,
            ),
            extensions={"timeout": httpx.Timeout(timeout).as_dict()},
        )
        async with self._slots.turn(url.raw_host.decode("ascii")), self._clock(journey, url):
            with network_failures(shown(url)):
                response = await self._client.send(request, stream=True)
                stream = response.extensions.get("network_stream")
                try:
                    return await self._answer(journey, response)
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

    async def _answer(self, journey: Journey, response: httpx.Response) -> FetchOutcome | httpx.URL:
        """Decide by status and headers what to read, and read it."""
        limits = self._limits
        raw = response.headers.raw
        where = shown(response.request.url)
        if sum(len(name) + len(value) + 4 for name, value in raw) > limits.max_header_bytes:
            raise Stop(
                "protocol", f"The headers of {where} are over {limits.max_header_bytes} bytes."
            )
        stream = response.extensions.get("network_stream")
        if isinstance(stream, GuardedStream):
            stream.body_begins(limits.max_wire)
        status = response.status_code
        journey.pacing = read_pacing(raw, datetime.now(UTC))
        if status in REDIRECTS:
            return self._redirect(journey, response)
        if status == 304:
            return self._not_modified(journey, response)
        if status not in FULL and status not in EMPTY:
            kind, message = failure_of(response)
            journey.snippet = await read_snippet(response, journey.seconds_left / 4)
            raise Stop(kind, message, status)
        body = b""
        if status in FULL:
            coding = content_coding(raw, where)
            try:
                body = await read_body(
                    response, coding, max_wire=limits.max_wire, max_decoded=limits.decoded_cap
                )
            except Stop as stop:
                stop.status = status
                if stop.kind == "bad-coding" and not journey.identity:
                    journey.identity = True
                    return response.request.url
                raise
        if not body:
            raise Stop("empty", f"{where} answered {status} without a document.", status)
        content_type = values(raw, b"content-type")
        return Fetched(
            url=journey.address,
            status=status,
            body=body,
            content_type=content_type[0].decode("latin-1") if content_type else "",
            validators=read_validators(raw) if journey.at_home else NO_VALIDATORS,
            pacing=journey.pacing,
            hops=tuple(journey.hops),
            wire_bytes=_wire_bytes(journey, response),
        )

    def _redirect(self, journey: Journey, response: httpx.Response) -> httpx.URL:
        """Take a redirect note of and return where it leads; its body is not read."""
        here = response.request.url
        status = response.status_code
        location = values(response.headers.raw, b"location")
        target = redirect_target(here, location[0] if location else b"", status)
        if len(journey.hops) >= self._limits.max_hops:
            raise Stop(
                "bad-redirect",
                f"{shown(here)} redirects once more after {self._limits.max_hops} redirects.",
                status,
            )
        been = {str(journey.first), *(hop.url for hop in journey.hops)}
        journey.hops.append(Hop(status, str(target)))
        if str(target) in been:
            raise Stop("bad-redirect", f"{shown(here)} redirects in a circle.", status)
        if not journey.asked.follow:
            raise Stop("redirect", f"{shown(here)} redirects to {shown(target)}.", status)
        return target

    def _not_modified(self, journey: Journey, response: httpx.Response) -> NotModified:
        """Accept a 304, if we asked for one; keep the answer's validators, else those we sent."""
        sent = journey.validators
        if not sent:
            where = shown(response.request.url)
            raise Stop(
                "protocol",
                f"{where} answered 304 Not Modified though nothing was known of it yet.",
                304,
            )
        return NotModified(
            url=journey.address,
            validators=read_validators(response.headers.raw) or sent,
            pacing=journey.pacing,
            hops=tuple(journey.hops),
            wire_bytes=_wire_bytes(journey, response),
        )


def _wire_bytes(journey: Journey, response: httpx.Response) -> int:
    """Count what came over the network up to now, this answer included."""
    stream = response.extensions.get("network_stream")
    return journey.wire_bytes + (stream.received if isinstance(stream, GuardedStream) else 0)
