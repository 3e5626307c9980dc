"""Answers become values: by status and header fields, what to read of an answer, and what it means."""

from __future__ import annotations

from http import HTTPStatus

import httpx

from monitor.fetch.addresses import redirect_target, shown
from monitor.fetch.answers import EMPTY, FULL, REDIRECTS, failure_of, read_snippet
from monitor.fetch.bodies import content_coding, read_body
from monitor.fetch.failures import Stop
from monitor.fetch.headers import RawHeaders, read_validators, renewed, values
from monitor.fetch.journey import Journey
from monitor.fetch.limits import FetchLimits
from monitor.fetch.links import read_hub_and_self
from monitor.fetch.network import GuardedStream
from monitor.fetch.pacing import read_pacing
from monitor.model.feed import NO_VALIDATORS
from monitor.model.fetch import NO_PACING, Fetched, FetchOutcome, Hop, NotModified, Posted


async def read_answer(
    journey: Journey, response: httpx.Response, limits: FetchLimits
) -> FetchOutcome | httpx.URL:
    """Read the answer to a GET; return what came of it, or the address to ask next.

    Raises `Stop` for everything that is no success.
    """
    where = shown(response.request.url)
    raw = response.headers.raw
    status = response.status_code
    _begin(journey, response, limits)
    if status in REDIRECTS:
        return _redirect(journey, response, limits)
    if status == 304:
        return _not_modified(journey, response)
    if status not in FULL and status not in EMPTY:
        raise await _failed(journey, response)
    body, broke_off = b"", ""
    if status in FULL:
        coding = content_coding(raw, where)
        _check_manipulation(raw, status, where)
        try:
            body, broke_off = await read_body(
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
    hub, self_url = read_hub_and_self(raw, str(response.request.url))
    content_type = values(raw, b"content-type")
    return Fetched(
        url=journey.address,
        status=status,
        body=body,
        content_type=content_type[0].decode("latin-1") if content_type else "",
        validators=NO_VALIDATORS if broke_off else read_validators(raw),
        pacing=journey.pacing,
        hops=tuple(journey.hops),
        wire_bytes=_wire_bytes(journey, response),
        broke_off=broke_off,
        hub=hub,
        self_url=self_url,
    )


async def read_receipt(journey: Journey, response: httpx.Response, limits: FetchLimits) -> Posted:
    """Read the answer to a POST. Raises `Stop` for everything that is no success.

    A redirect is not followed: what was sent was meant for the address that was asked. Where a 307
    or 308 leads, which keep the method (RFC 9110 section 15.4.8), is the failure's only hop.
    """
    where = shown(response.request.url)
    status = response.status_code
    _begin(journey, response, limits)
    if status in REDIRECTS:
        if status in (307, 308):
            _redirect(journey, response, limits)
        raise Stop(
            "bad-redirect", f"{where} redirects what was sent to it; that is not followed.", status
        )
    if not 200 <= status < 300:
        raise await _failed(journey, response)
    snippet = await read_snippet(response, journey.seconds_left / 4)
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "success"
    return Posted(
        url=journey.address,
        status=status,
        message=f"{where} answered {status} {phrase}.",
        snippet=snippet,
    )


async def read_reply(journey: Journey, response: httpx.Response, limits: FetchLimits) -> Fetched:
    """Read the answer to a POST as a whole. Raises `Stop` for everything that is no success.

    A redirect is not followed, and a body that breaks off is no answer.
    """
    where = shown(response.request.url)
    raw = response.headers.raw
    status = response.status_code
    _begin(journey, response, limits)
    if status in REDIRECTS:
        raise Stop(
            "bad-redirect", f"{where} redirects what was sent to it; that is not followed.", status
        )
    if not 200 <= status < 300:
        raise await _failed(journey, response)
    body, broke_off = await read_body(
        response,
        content_coding(raw, where),
        max_wire=limits.max_wire,
        max_decoded=limits.decoded_cap,
    )
    if broke_off:
        raise Stop("truncated", broke_off, status)
    content_type = values(raw, b"content-type")
    return Fetched(
        url=journey.address,
        status=status,
        body=body,
        content_type=content_type[0].decode("latin-1") if content_type else "",
        pacing=journey.pacing,
        wire_bytes=_wire_bytes(journey, response),
    )


def _begin(journey: Journey, response: httpx.Response, limits: FetchLimits) -> None:
    """Check the header section's size, let the body follow, note what is said of coming again."""
    raw = response.headers.raw
    if sum(len(name) + len(value) + 4 for name, value in raw) > limits.max_header_bytes:
        raise Stop(
            "protocol",
            f"The headers of {shown(response.request.url)} are over "
            f"{limits.max_header_bytes} bytes.",
        )
    stream = response.extensions.get("network_stream")
    if isinstance(stream, GuardedStream):
        stream.body_begins(limits.max_wire)
    journey.pacing = read_pacing(raw, journey.now())


def _check_manipulation(raw: RawHeaders, status: int, where: str) -> None:
    """Take a 226 only as what was asked for: the entries that are new (RFC 3229 section 10.5.2)."""
    joined = b",".join(values(raw, b"im")).decode("latin-1").lower()
    names = {name.strip() for name in joined.split(",")} - {""}
    if status == 226 and names - {"feed"}:
        raise Stop(
            "bad-coding",
            f"{where} answers with the instance manipulation {', '.join(sorted(names))[:60]!r}; only "
            "feed was asked for.",
            status,
        )


async def _failed(journey: Journey, response: httpx.Response) -> Stop:
    kind, message = failure_of(response)
    journey.snippet = await read_snippet(response, journey.seconds_left / 4)
    return Stop(kind, message, response.status_code)


def _redirect(journey: Journey, response: httpx.Response, limits: FetchLimits) -> httpx.URL:
    """Take a redirect note of and return where it leads; its body is not read.

    What it says about coming again is about itself, not about the document.
    """
    journey.pacing = NO_PACING
    here = response.request.url
    status = response.status_code
    location = values(response.headers.raw, b"location")
    target = redirect_target(here, location[0] if location else b"", status)
    if len(journey.hops) >= limits.max_hops:
        raise Stop(
            "bad-redirect",
            f"{shown(here)} redirects once more after {limits.max_hops} redirects.",
            status,
        )
    been = {str(journey.first), *(hop.url for hop in journey.hops)}
    journey.hops.append(Hop(status, str(target)))
    if str(target) in been:
        raise Stop("bad-redirect", f"{shown(here)} redirects in a circle.", status)
    if not journey.asked.follow:
        raise Stop("redirect", f"{shown(here)} redirects to {shown(target)}.", status)
    return target


def _not_modified(journey: Journey, response: httpx.Response) -> NotModified:
    """Accept a 304, if we asked for one; keep the set we sent as far as the answer does not renew it.

    A 304 need not repeat Last-Modified where it names the ETag (RFC 9110 section 15.4.5), and what it
    does not name stays (RFC 9111 section 4.3.4). Another ETag makes another set.
    """
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
        validators=renewed(sent, read_validators(response.headers.raw)),
        pacing=journey.pacing,
        hops=tuple(journey.hops),
        wire_bytes=_wire_bytes(journey, response),
    )


def _wire_bytes(journey: Journey, response: httpx.Response) -> int:
    """Count what came over the network up to now, this answer included."""
    stream = response.extensions.get("network_stream")
    return journey.wire_bytes + (stream.received if isinstance(stream, GuardedStream) else 0)
