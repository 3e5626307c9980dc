"""What a page has to know of the request it answers, without being handed it: who asks, and a notice.

`Asking`, the innermost middleware, notes it; `asked()` tells. Handlers that run in a thread see
what the request's own context holds.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Way = Literal["local", "session", "proxy", "token", "nobody"]
"""How somebody was let in: nobody has to log in, by password, by another server, by a token; not at all."""

NOTICE = "notice"
_LONGEST = 2_000
_NOTICE_COOKIE = "Path=/; Max-Age=60; HttpOnly; SameSite=Strict"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `scopes` are what the asker may do; `notice` is what to say on top of the page.

    `name` is who it is where that is known: of a token, or as the other server says. `faults` tells why
    config/ cannot be read as it was edited, "" when it can.
    """

    way: Way = "local"
    name: str = ""
    scopes: frozenset[str] = frozenset()
    notice: str = ""
    path: str = "/"
    partial: bool = False
    faults: Callable[[], str] = str


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def asked() -> Asked:
    """Return what is known of the request under way; outside of one, a bare `Asked`."""
    return _asked.get() or Asked()


class Asking:
    """Middleware: notes the request, and forgets a notice once a whole page has shown it.

    `faults` is asked while a page is made, after its route has looked at config/.
    """

    def __init__(self, app: ASGIApp, faults: Callable[[], str] = str) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI 3). What `access` found stands in the scope under "asked"."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        way, name, scopes = scope.get("asked", ("local", "", frozenset()))
        notice = unquote(connection.cookies.get(NOTICE, ""))[:_LONGEST]
        partial = connection.headers.get("hx-request") == "true"
        token = _asked.set(Asked(way, name, scopes, notice, scope["path"], partial, self._faults))

        async def forgetting(message: Message) -> None:
            if message["type"] == "http.response.start" and notice and not partial:
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page and "set-cookie" not in headers:
                    headers.append("Set-Cookie", f"{NOTICE}=; Path=/; Max-Age=0")
            await send(message)

        try:
            await self._app(scope, receive, forgetting)
        finally:
            _asked.reset(token)


def see(path: str, notice: str = "") -> Response:
    """Answer a form: go to a page of ours (303), which says `notice` on top.

    `path` begins with one slash; it is ours, never what a request brought.
    """
    response = RedirectResponse(path, 303)
    if notice:
        response.headers.append(
            "Set-Cookie", f"{NOTICE}={quote(notice[:_LONGEST], safe='')}; {_NOTICE_COOKIE}"
        )
    return response
