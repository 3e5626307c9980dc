"""Around every request: who may ask, with which method, and what a browser may do with the answer.

A page that a feed's text has got into must still do nothing: the Content-Security-Policy lets in
the one style sheet and nothing else, no script, no picture, no frame. The Host header is checked
because a foreign page could otherwise point its own name at 127.0.0.1 and read what is stored
(DNS rebinding); an address cannot be pointed elsewhere, so it is enough that a *name* is known.

Two doors stand open to the Internet where `[web] public_url` is set, for GET and POST: the callbacks of
WebSub hubs, /websub/TOKEN, and the links in mails, /unsubscribe/DELIVERY/TOKEN. Under the public name
nothing else answers, not even the page to log in. Who may see and change what is asked by `access`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.peers import host_of
from monitor.web.policy import LOGIN
from monitor.web.problems import is_for_programs, problem

_OPENER = "Cross-Origin-Opener-Policy"

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: without https a browser would then call the origin of our own forms "null".
    "Referrer-Policy": "same-origin",
    _OPENER: "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-cache, private",
}
"""What every answer carries unless it says otherwise itself."""

EDITION_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For an edition as sent, whose styles stand inline because mail programs need them there."""

LARGEST = 30_000_000
LARGEST_LOGIN = 20_000
SLOWEST = 60
"""Bytes of a form or file that is sent, of the form to log in, and seconds that either may take."""

TOO_LARGE = "That is larger than this address takes; send it in parts."

_CHARSET = re.compile(r'charset="?utf-8"?(?=\s*(;|$))')
_DOORS = re.compile(r"/websub/[A-Za-z0-9_-]{1,200}|/unsubscribe/[0-9]{1,18}/[0-9a-f]{32}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def known_hosts(host: str) -> frozenset[str] | None:
    """Return the hosts a request may name when the page is served at `host`.

    None stands for localhost and every address, but no other name: the page is served on all
    addresses of the machine, and which those are is not ours to know.
    """
    name = host.strip().strip("[]").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return _LOOPBACK | {name}
    if address.is_unspecified:
        return None
    return _LOOPBACK | {f"[{address}]" if address.version == 6 else str(address)}


class Safety:
    """The middleware: checks Host, bounds bodies, answers HEAD as GET without a body, adds headers.

    `public_url` is where hubs and readers of mail reach their doors, "" when they do not. `page_url` is
    where readers open the page by way of another server, which asks who they are.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str] | None,
        public_url: str = "",
        page_url: str = "",
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._by_https = page_url.lower().startswith("https://")
        self._page = (urlsplit(page_url).hostname or "").rstrip(".")
        self._public = (urlsplit(public_url).hostname or "").rstrip(".")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not self._is_trustworthy(scope):
                    del headers[_OPENER]  # a browser would not heed it, and say so on every page
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if self._is_door(scope):
            allowed = scope["method"] in ("GET", "POST")
            answer: ASGIApp = self._app if allowed else _not_allowed("GET, POST")
            await answer({**scope, "door": True}, receive, with_headers)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, with_headers)
            return
        # As GET, since FastAPI's routes know no HEAD; in a copy, since the server looks at its own.
        asked = {**scope, "method": "GET"} if head else scope
        await self._app(asked, _bounded(receive, most_of(scope["path"])), with_headers)

    def _is_trustworthy(self, scope: Scope) -> bool:
        """Tell whether a browser trusts what it is sent there: on this machine, or by https."""
        host = host_of(Headers(scope=scope).get("host", ""))
        return host in _LOOPBACK or (self._by_https and host == self._page)

    def _is_door(self, scope: Scope) -> bool:
        """Tell whether a request goes to a place that strangers may reach.

        A proxy may keep the public name in the Host field or put the page's own there.
        """
        if not self._public or not _DOORS.fullmatch(scope["path"]):
            return False
        host = host_of(Headers(scope=scope).get("host", ""))
        return host.strip("[]") == self._public or _is_known(host, self._hosts)

    def _refusal(self, scope: Scope) -> Response | None:
        host = host_of(Headers(scope=scope).get("host", ""))
        if self._public and host.strip("[]") == self._public and host not in _LOOPBACK:
            return _refused(
                scope,
                421,
                "Under its public name ([web] public_url) the monitor takes pushes in and shows nothing. "
                "Open the page on the monitor's own machine as localhost.",
            )
        if not _is_known(host, self._hosts) and (not self._page or host != self._page):
            return _refused(
                scope,
                421,  # RFC 9110 section 15.5.20
                "This monitor is not served under the host name of this request. Open it at the address "
                "it was started with, or set [web] host in config/monitor.toml.",
            )
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").lower()
        if "multipart/" in kind and "charset" in _CHARSET.sub("", kind):
            # No browser sends one, and some of Python's make of bytes what is no text.
            return _refused(scope, 415, "Forms are sent as UTF-8.")
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > most_of(scope["path"]):
            return _refused(scope, 413, TOO_LARGE)
        return None


def _refused(scope: Scope, status: int, message: str) -> Response:
    if is_for_programs(scope["path"]):
        return problem(status, message)
    return PlainTextResponse(f"{message}\n", status)


def most_of(path: str) -> int:
    """Return how many bytes of a body an address takes at most."""
    return LARGEST_LOGIN if path == LOGIN else LARGEST


def _bounded(receive: Receive, most: int) -> Receive:
    """Let no body be larger or slower than it may be; what reads it gets an `HTTPException`."""
    taken, whole = 0, False
    until = asyncio.get_running_loop().time() + SLOWEST

    async def bounded() -> Message:
        nonlocal taken, whole
        if whole:
            return await receive()  # waits for who asked to go away, for as long as an answer takes
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, f"The body took more than {SLOWEST} seconds.") from None
        taken += len(message.get("body", b""))
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        if taken > most:
            raise HTTPException(413, TOO_LARGE)
        return message

    return bounded


def _not_allowed(methods: str, message: str = "") -> PlainTextResponse:
    return PlainTextResponse(message, status_code=405, headers={"Allow": methods})


def _is_known(host: str, hosts: frozenset[str] | None) -> bool:
    if hosts is not None:
        return host in hosts
    if host == "localhost":
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
