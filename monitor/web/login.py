"""Logging in and out. The page to log in says nothing of the home, and takes as long for any password."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from monitor.service.access import Keys, begin_session, hash_of, is_password
from monitor.service.attempts import Attempts
from monitor.service.opened import OpenHome
from monitor.store.sessions import LONGEST
from monitor.web.access import cookie_name
from monitor.web.asked import asked, see
from monitor.web.next_page import next_page
from monitor.web.peers import Peer
from monitor.web.policy import LOGIN
from monitor.web.presenting import bare

log = logging.getLogger("monitor")

_NO_STORE = {"Cache-Control": "no-store"}


def routes(home: OpenHome, clock: Callable[[], datetime], keys: Keys) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)
    attempts = Attempts()

    @router.get(LOGIN)
    def form(request: Request) -> Response:
        there = next_page(request.query_params.get("next", "/"))
        if asked().way in ("local", "session", "proxy") or not keys.access().password:
            return RedirectResponse(there, 303)
        return _form(there)

    @router.post(LOGIN)
    async def log_in(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=10) as sent:
            password, there = _text(sent.get("password")), next_page(_text(sent.get("next")))
        return await run_in_threadpool(let_in, request, password, there)

    def let_in(request: Request, password: str, there: str) -> Response:
        """Answer whoever sent the form. In a thread: a file is read, and an edit of config/ may be waited for."""
        access, now = keys.access(), clock()
        peer: Peer = request.scope["peer"]
        if not access.password:
            return RedirectResponse(there, 303)
        wait = attempts.begin(peer.address, now, apart=peer.apart)
        if wait:
            seconds = math.ceil(wait.total_seconds())
            said = f"Too many attempts. Try again in {seconds} {'second' if seconds == 1 else 'seconds'}."
            response = _form(there, said, status=429)
            response.headers["Retry-After"] = str(seconds)
            return response
        if not is_password(access, password):
            log.warning("log-in refused: wrong password from %s", peer.address or "nowhere")
            return _form(there, "That is not the password.", status=401)
        attempts.succeeded(peer.address)
        services = home.services()
        before = request.cookies.get(cookie_name(peer.secure), "")
        if before:
            services.store.sessions.end(hash_of(before))
        cookie = begin_session(services, access, now)
        log.info("logged in from %s", peer.address or "nowhere")
        response = RedirectResponse(there, 303, headers=_NO_STORE)
        response.set_cookie(
            cookie_name(peer.secure),
            cookie,
            max_age=int(LONGEST.total_seconds()),
            path="/",
            secure=peer.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        peer: Peer = request.scope["peer"]
        cookie = request.cookies.get(cookie_name(peer.secure), "")
        if cookie:
            home.services().store.sessions.end(hash_of(cookie))
        return _out(peer)

    @router.post("/logout/everywhere")
    def log_out_everywhere(request: Request) -> Response:
        ended = home.services().store.sessions.end_all()
        log.info("all sessions ended: %s", ended)
        return _out(request.scope["peer"])

    return router


def _form(there: str, wrong: str = "", *, status: int = 200) -> Response:
    response = bare("login.html", status=status, there=there, wrong=wrong)
    response.headers.update(_NO_STORE)
    return response


def _out(peer: Peer) -> Response:
    response = see("/" if asked().way in ("local", "proxy") else LOGIN)
    name = cookie_name(peer.secure)
    response.delete_cookie(name, path="/", secure=peer.secure, httponly=True, samesite="lax")
    return response


def _text(value: UploadFile | str | None) -> str:
    return value if isinstance(value, str) else ""
