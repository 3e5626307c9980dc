"""The callbacks of WebSub hubs, /websub/TOKEN: the one door that strangers may knock at.

Who does not know a token is sent away before a byte of a body is read. Nothing of a request comes
back but the challenge of a hub that verifies what it was asked, as plain text.
"""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response

from monitor.errors import MonitorError
from monitor.service.opened import OpenHome
from monitor.service.pushing import GONE, Pushes

log = logging.getLogger("monitor")

AT_ONCE = 4
"""Pushes that are taken in at the same time; more are asked to come again, so that memory is bounded."""
COME_AGAIN = {"Retry-After": "120"}


class _NotTakenError(Exception):
    """A body that is not taken in: the status to answer with, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def routes(home: OpenHome, pushes: Pushes | None) -> APIRouter:
    """Return the routes of this module; without `pushes` (`monitor serve`) hubs are to come again."""
    router = APIRouter(include_in_schema=False)
    under_way = 0

    @router.get("/websub/{token}")
    async def verify(token: str, request: Request) -> Response:
        if pushes is None:
            return _plain(503)
        try:
            reply = await pushes.hub_asks(token, request.url.query)
        except MonitorError as error:
            log.error("a hub's request could not be answered: %s", error)
            return _plain(503)
        return _plain(reply.status, reply.text)

    @router.post("/websub/{token}")
    async def push(token: str, request: Request) -> Response:
        nonlocal under_way
        if pushes is None:
            return _plain(503)
        try:
            receiver = await pushes.receiver(token)
        except MonitorError as error:
            log.error("a push could not be taken in: %s", error)
            return _plain(503)
        if receiver is None:
            return _plain(GONE)
        if under_way >= AT_ONCE:
            return _plain(503)
        under_way += 1
        try:
            # In a thread, as what config/ says since an edit may have to wait for the database.
            settings = (await asyncio.to_thread(home.services)).settings.fetch
            body = await _body(request, settings.max_size, settings.timeout.total_seconds())
            status = await pushes.take(
                receiver,
                body,
                content_type=request.headers.get("content-type", ""),
                signature=request.headers.get("x-hub-signature", ""),
            )
        except _NotTakenError as refusal:
            log.warning("push %s not taken in: %s", receiver.feed.url, refusal)
            return _plain(refusal.status)
        except MonitorError as error:
            log.error("push %s could not be stored: %s", receiver.feed.url, error)
            return _plain(503)
        finally:
            under_way -= 1
        return _plain(status)

    return router


async def _body(request: Request, most: int, seconds: float) -> bytes:
    """Read a body of at most so many bytes within so many seconds."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise _NotTakenError(415, "its body is coded")
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        raise _NotTakenError(413, f"it is larger than {most} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise _NotTakenError(413, f"it is larger than {most} bytes")
    except TimeoutError:
        raise _NotTakenError(408, f"it took more than {seconds:g} s") from None
    except ClientDisconnect:
        raise _NotTakenError(400, "it broke off") from None
    return bytes(body)


def _plain(status: int, text: str = "") -> Response:
    return PlainTextResponse(text, status, headers=COME_AGAIN if status == 503 else None)
