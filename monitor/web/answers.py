"""What is said when something goes wrong: a page for people, a problem for programs, never a traceback.

The messages of our errors are shown as they are, since each says what was wrong and what to do;
`problems` tells which status fits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from monitor.errors import MonitorError, QueryError, SettingsError, StoreError
from monitor.service.opened import OpenHome
from monitor.web.asked import asked
from monitor.web.next_page import next_page
from monitor.web.presenting import bare, page
from monitor.web.problems import (
    ProblemError,
    errors_of,
    is_for_programs,
    problem,
    problem_of,
    status_of,
)
from monitor.web.safety import HEADERS

log = logging.getLogger("monitor")

TITLES = {
    400: "That could not be read",
    404: "There is nothing here",
    405: "That cannot be asked here",
    409: "It was changed meanwhile",
    413: "That is too large",
    422: "That could not be done",
    500: "That went wrong",
    503: "The database cannot be read just now",
}


def install(app: FastAPI, home: OpenHome, clock: Callable[[], datetime]) -> None:
    """Let the application answer its errors as this module says."""
    answers = _Answers(home, clock)
    app.add_exception_handler(MonitorError, answers.ours)
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(HTTPException, answers.of_http)
    app.add_exception_handler(RequestValidationError, answers.invalid)
    app.add_exception_handler(Exception, answers.unforeseen)


def _refused(_request: Request, error: Exception) -> Response:
    return error.answer() if isinstance(error, ProblemError) else problem_of(error)


class _Answers:
    """The answers to the four sorts of errors that pages know as well."""

    def __init__(self, home: OpenHome, clock: Callable[[], datetime]) -> None:
        self._home = home
        self._clock = clock

    def _told(self, request: Request, status: int, message: str, title: str = "") -> Response:
        """Answer who reads a page, or knocks at a door for strangers."""
        if request.url.path.startswith(("/websub/", "/unsubscribe/")):
            return PlainTextResponse("", status)  # a stranger learns nothing of the inside
        title = title or TITLES.get(status, HTTPStatus(status).phrase)
        if request.method == "POST" and status in (400, 404, 405):
            title = TITLES[422]
        if asked().way == "nobody":
            return bare("refused.html", status=status, title=title, message=message)
        services, now = self._home.services(), self._clock()
        back = _page_before(request)
        return page(
            "error.html", services, now, status=status, title=title, message=message, back=back
        )

    def ours(self, request: Request, error: Exception) -> Response:
        """Answer an error of ours."""
        if isinstance(error, StoreError):
            log.error("%s", error)
        if asked().way == "nobody" and isinstance(error, StoreError):
            error = StoreError("It cannot be read just now; the monitor's log says why.")
        if is_for_programs(request.url.path):
            return problem_of(error)
        message = error.reason if isinstance(error, QueryError) else str(error)
        status = status_of(error) if isinstance(error, MonitorError) else 500
        title = "The settings cannot be read so" if isinstance(error, SettingsError) else ""
        return self._told(request, status, message, title)

    def of_http(self, request: Request, error: Exception) -> Response:
        """Answer what HTTP itself has no place for: an unknown address, another method."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        path = request.url.path
        if is_for_programs(path):
            headers = error.headers if isinstance(error, HTTPException) else None
            return problem(status, _of_programs(request, status), headers=headers)
        if status == 404:
            return self._told(request, status, f"No page has the address {path}.")
        return self._told(request, status, f"{HTTPStatus(status).phrase}.")

    def invalid(self, request: Request, error: Exception) -> Response:
        """Answer a value that does not fit."""
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        named = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in faults)
        where = "form" if request.method == "POST" else "address"
        message = f"The {where} has a value that does not fit: {named}."
        if is_for_programs(request.url.path):
            return problem(422, message, errors=errors_of(faults))
        return self._told(request, 400, message)

    def unforeseen(self, request: Request, error: Exception) -> Response:
        """Answer a mistake of ours: the server logs the traceback, it is no business of who asks."""
        if is_for_programs(request.url.path):
            response = problem_of(error)
        else:
            # Without the frame: it may be what failed, and who asks may be nobody.
            title, message = TITLES[500], "The monitor made a mistake here; its log says more."
            response = bare("refused.html", status=500, title=title, message=message)
        response.headers.update(HEADERS)
        return response


def _page_before(request: Request) -> str:
    """Return the page of ours somebody came from, "" where that is not known."""
    came_from = request.headers.get("referer", "")
    try:
        parts = urlsplit(came_from)
    except ValueError:
        return ""
    if not parts.netloc or parts.netloc != request.headers.get("host", ""):
        return ""
    wanted = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    found = next_page(wanted)
    return found if found == wanted else ""


def _of_programs(request: Request, status: int) -> str:
    if status == 404:
        return f"Nothing has the address {request.url.path}; /openapi.json lists those there are."
    if status == 405:
        return f"{request.method} is no method of {request.url.path}."
    return f"{HTTPStatus(status).phrase}."
