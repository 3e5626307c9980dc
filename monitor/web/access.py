"""Around every request, inside of `safety`: who asks, and whether they may.

Somebody is let in by a token, by a web server that is believed, by a session, or because the page is
this machine's alone and has no password. What each address asks for says `policy`. A change must
moreover be asked for by a page of ours, unless a token comes with it: browsers send that to nobody unasked.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.errors import MonitorError, StoreError
from monitor.model.access import EVERYTHING
from monitor.model.access import Scope as Right
from monitor.service.access import PREFIX, Keys, is_session, needs_login, token_of
from monitor.service.opened import OpenHome
from monitor.settings.values import WebSettings
from monitor.web.asked import Way
from monitor.web.peers import Peer, is_same_origin, peer_of, split_url
from monitor.web.policy import LOGIN, Need, needed
from monitor.web.presenting import bare
from monitor.web.problems import is_for_programs, problem

log = logging.getLogger("monitor")

SEEING: frozenset[Right] = EVERYTHING - {"write"}
HSTS = "max-age=31536000"
_SAFE = frozenset({"GET", "HEAD"})


def cookie_name(secure: bool) -> str:
    """Return what the cookie of a session is called; by https none but this very host can set it."""
    return "__Host-monitor" if secure else "monitor"


@dataclass(frozen=True, slots=True)
class _Found:
    """Who asks. `why_not` is a sentence about who is not let in, `by_header` that a token came in one of its own."""

    way: Way
    peer: Peer
    name: str = ""
    scopes: frozenset[Right] = frozenset()
    why_not: str = ""
    by_header: bool = False
    may_log_in: bool = False


class Access:
    """The middleware. `host` is what the page is served at."""

    def __init__(
        self,
        app: ASGIApp,
        home: OpenHome,
        keys: Keys,
        clock: Callable[[], datetime],
        host: str,
    ) -> None:
        self._app = app
        self._home = home
        self._keys = keys
        self._clock = clock
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope.get("door"):
            await self._app({**scope, "asked": ("nobody", "", frozenset())}, receive, send)
            return
        need = needed(scope["method"], scope["path"])
        try:
            found, web = await run_in_threadpool(self._found, scope, need)
        except MonitorError as error:
            log.error("nobody is let in: %s", error)
            await _cannot_tell(scope, error)(scope, receive, send)
            return

        async def with_hsts(message: Message) -> None:
            if message["type"] == "http.response.start" and found.peer.secure:
                MutableHeaders(scope=message).setdefault("Strict-Transport-Security", HSTS)
            await send(message)

        refusal = _refusal(scope, found, need, web)
        if refusal is not None:
            await refusal(scope, receive, with_hsts)
            return
        inner = {
            **_without_secrets(scope, web, need),
            "asked": (found.way, found.name, found.scopes),
            "peer": found.peer,
        }
        if found.peer.secure:
            inner["scheme"] = "https"
        await self._app(inner, receive, with_hsts)

    def _found(self, scope: Scope, need: Need) -> tuple[_Found, WebSettings]:
        """Say who asks; raises `MonitorError` when that cannot be told."""
        services, access, now = self._home.services(), self._keys.access(), self._clock()
        web, headers = services.settings.web, Headers(scope=scope)
        peer = peer_of(scope, web)
        secret, by = _shown(scope, headers, need)
        if secret.startswith(PREFIX) or (by == "bearer" and not peer.user):
            token = token_of(access, secret, now.date())
            if token is None:
                return _Found(
                    "nobody", peer, why_not="This token is not known here, or it has expired."
                ), web
            may = token.may if by == "bearer" else token.may - {"write"}
            scopes = may & {"feeds"} if by == "key" else may
            return _Found("token", peer, token.name, scopes, by_header=by == "bearer"), web
        if peer.user:
            if web.proxy_users and peer.user not in web.proxy_users:
                return _Found(
                    "nobody", peer, why_not="You may not open this page. Ask whoever runs it."
                ), web
            return _Found("proxy", peer, peer.user, EVERYTHING), web
        if access.password:
            cookie = _cookie(headers, cookie_name(peer.secure))
            if cookie and is_session(services, access, cookie, now):
                return _Found("session", peer, "", EVERYTHING), web
            return _Found("nobody", peer, may_log_in=True), web
        if needs_login(web, self._host, access):
            return _Found("nobody", peer, why_not=_nobody_named(web)), web
        if peer.is_forwarded:
            return _Found("proxy", peer, "", SEEING), web
        return _Found("local", peer, "", EVERYTHING), web


def _shown(scope: Scope, headers: Headers, need: Need) -> tuple[str, str]:
    """Return the token a request shows, and how: "bearer", "basic", "key"; "" for none."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip(), "bearer"
    if kind.lower() == "basic":
        try:
            text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            text = ""
        # Any other password is meant for the web server before the page.
        password = text.partition(":")[2]
        if password.startswith(PREFIX):
            return password, "basic"
    if need == "feeds":
        for name, value in parse_qsl(scope["query_string"].decode("latin-1")):
            if name == "key":
                return value, "key" if value.startswith(PREFIX) else "bearer"
    return "", ""


def _cookie(headers: Headers, name: str) -> str:
    """Return a cookie's value, "" without one or where it was sent twice."""
    found = []
    for pair in ";".join(headers.getlist("cookie")).split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            found.append(value)
    return found[0] if len(found) == 1 else ""


def _without_secrets(scope: Scope, web: WebSettings, need: Need) -> Scope:
    """Take out of a request what was for this module alone: tokens, and what only a believed server may say."""
    header = web.proxy_header.lower().encode()
    gone = {b"authorization"} | ({header} if header else set())
    inner = {**scope, "headers": [each for each in scope["headers"] if each[0].lower() not in gone]}
    if need == "feeds" and b"key=" in scope["query_string"]:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        kept = urlencode([pair for pair in pairs if pair[0] != "key"])
        inner["query_string"] = kept.encode()
    return inner


def _refusal(scope: Scope, found: _Found, need: Need, web: WebSettings) -> Response | None:
    """Return what to answer who may not, None for who may."""
    method, headers = scope["method"], Headers(scope=scope)
    if need != "open" and need not in found.scopes:
        return _not_let_in(scope, found, need)
    if method not in _SAFE and not found.by_header and not is_same_origin(headers, web.page_url):
        return _said(
            scope,
            403,
            "A change must be asked for by a page of the monitor itself, or with a token. "
            "Open the page and try again.",
        )
    return None


def _not_let_in(scope: Scope, found: _Found, need: Need) -> Response:
    if found.way == "token":
        good = ", ".join(sorted(found.scopes)) or "nothing here"
        return _said(scope, 403, f"The token {found.name} may not do this; it is good for: {good}.")
    if found.way == "proxy":
        return _said(
            scope,
            403,
            "By way of another web server this page can only be read, as the monitor does not know who "
            "asks. Set a password (monitor access password) or let that server name its users "
            "([web] proxy_header).",
        )
    if found.may_log_in and not found.why_not:
        return _log_in(scope, need)
    status = 401 if "token" in found.why_not else 403
    return _said(scope, status, found.why_not)


def _log_in(scope: Scope, need: Need) -> Response:
    """Ask who is not known to say who they are."""
    path, headers = scope["path"], Headers(scope=scope)
    if is_for_programs(path) or need in ("feeds", "metrics") or scope["method"] not in _SAFE:
        return _said(scope, 401, "Log in first, or send a token.", need)
    if headers.get("hx-request") == "true":
        # What is swapped into a page must not be the form to log in: the whole page goes there.
        now_at = split_url(headers.get("hx-current-url", ""))
        response = Response(status_code=401)
        response.headers["HX-Redirect"] = _login_url(now_at.path or "/", now_at.query)
        return response
    return RedirectResponse(_login_url(path, scope["query_string"].decode("latin-1")), 303)


def _login_url(path: str, query: str) -> str:
    there = quote(path, safe="/") + (f"?{query}" if query else "")
    return LOGIN if there == "/" else f"{LOGIN}?next={quote(there[:2_000], safe='/')}"


def _said(scope: Scope, status: int, message: str, need: Need = "read") -> Response:
    """Say no, to a program or a person."""
    challenge = {}
    if status == 401:
        # Feed readers ask for name and password; the token goes into the latter.
        kind = "Basic" if need == "feeds" else "Bearer"
        challenge = {"WWW-Authenticate": f'{kind} realm="monitor"'}
    path = scope["path"]
    if is_for_programs(path):
        return problem(status, message, headers=challenge)
    if need in ("feeds", "metrics"):
        return PlainTextResponse(f"{message}\n", status, headers=challenge)
    title = "Not let in" if status < 500 else "Not just now"
    response = bare(
        "refused.html", status=status, title=title, message=message, login=status == 401
    )
    response.headers.update(challenge)
    return response


def _nobody_named(web: WebSettings) -> str:
    if web.proxy_header:
        return "The web server before this page does not say who you are. Log in there first."
    return (
        "This page can be reached from other machines, and nobody is let in before a password is set: "
        "on its own machine, monitor access password."
    )


def _cannot_tell(scope: Scope, error: MonitorError) -> Response:
    """Say that nobody is let in, and nothing of why: its log has that."""
    what = "The database" if isinstance(error, StoreError) else "config/access.toml"
    return _said(scope, 503, f"{what} cannot be read just now; the monitor's log says why.")
