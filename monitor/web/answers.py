"""What is said when something goes wrong: a page for people, JSON for programs, never a traceback.

NotFoundError is 404, UsageError (QueryError with it) 400, ChangedMeanwhileError 409, StoreError 503, another MonitorError 500;
their messages are shown as they are, since each says what was wrong and what to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from monitor.errors import (
    ChangedMeanwhileError,
    MonitorError,
    NotFoundError,
    QueryError,
    StoreError,
    UsageError,
)
from monitor.service.opened import OpenHome
from monitor.web.presenting import page
from monitor.web.safety import HEADERS

log = logging.getLogger("monitor")

TITLES = {
    400: "That could not be read",
    404: "There is nothing here",
    409: "It was changed meanwhile",
    503: "The database cannot be read just now",
}


def status_of(error: MonitorError) -> int:
    """Return the HTTP status that fits an error of ours."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ChangedMeanwhileError):
        return 409
    if isinstance(error, UsageError):
        return 400
    return 503 if isinstance(error, StoreError) else 500


def install(app: FastAPI, home: OpenHome, clock: Callable[[], datetime]) -> None:
    """Let the application answer its errors as this module says."""

    def answer(request: Request, status: int, message: str, **more: Any) -> Response:
        if request.url.path.startswith("/api/") or request.url.path in (
            "/healthz",
            "/openapi.json",
        ):
            return JSONResponse({"error": message, **more}, status)
        if request.url.path.startswith(("/websub/", "/unsubscribe/")):
            return PlainTextResponse("", status)  # a stranger learns nothing of the inside
        title = TITLES.get(status, HTTPStatus(status).phrase)
        return page(
            "error.html", home.services(), clock(), status=status, title=title, message=message
        )

    def ours(request: Request, error: Exception) -> Response:
        if isinstance(error, QueryError):
            return answer(
                request, 400, error.reason, position=error.position, hint=error.hint or None
            )
        if isinstance(error, StoreError):
            log.error("%s", error)
        return answer(
            request, status_of(error) if isinstance(error, MonitorError) else 500, str(error)
        )

    def of_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            message = f"No page has the address {request.url.path}."
        else:
            message = f"{HTTPStatus(status).phrase}."
        return answer(request, status, message)

    def invalid(request: Request, error: Exception) -> Response:
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        named = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in faults)
        return answer(request, 400, f"The address has a value that does not fit: {named}.")

    def unforeseen(request: Request, _error: Exception) -> Response:
        # The server logs the traceback; it is no business of the page.
        response = answer(request, 500, "The monitor made a mistake here; its log says more.")
        response.headers.update(HEADERS)
        return response

    app.add_exception_handler(MonitorError, ours)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unforeseen)
