"""The page behind the link in a mail: a question by GET, done by POST, also by a mail program's one click.

Who follows the link to look, as scanners of mail do, changes nothing (RFC 8058). What is no link
of ours gets the same bare 404 whatever is wrong with it. No byte of a body is read: the address says all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from monitor.errors import MonitorError, NotFoundError
from monitor.service import unsubscribing
from monitor.service.opened import OpenHome
from monitor.web.row_ids import RowId

log = logging.getLogger("monitor")

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Unsubscribe</title>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module."""
    router = APIRouter(include_in_schema=False)

    @router.get("/unsubscribe/{delivery}/{token}")
    def ask(delivery: RowId, token: str) -> Response:
        services = home.services()
        try:
            found = unsubscribing.subscription(services, delivery, token)
        except MonitorError as error:
            return _failed(error)
        what, who = escape(found.title), escape(found.address)
        form = (
            f"<p>Shall <bdi>{who}</bdi> get no more mail of “<bdi>{what}</bdi>”?</p>\n"
            '<form method="post"><button>Unsubscribe</button></form>'
        )
        return HTMLResponse(_PAGE.format(title="Unsubscribe", body=form))

    @router.post("/unsubscribe/{delivery}/{token}")
    def done(delivery: RowId, token: str) -> Response:
        services = home.services()
        try:
            found = unsubscribing.unsubscribe(services, delivery, token, clock())
        except MonitorError as error:
            return _failed(error)
        what, who = escape(found.title), escape(found.address)
        told = f"<p><bdi>{who}</bdi> gets no more mail of “<bdi>{what}</bdi>”.</p>"
        return HTMLResponse(_PAGE.format(title="Unsubscribed", body=told))

    return router


def _failed(error: MonitorError) -> Response:
    if isinstance(error, NotFoundError):
        return PlainTextResponse("", 404)
    log.error("somebody could not be unsubscribed: %s", error)  # whose links they are learn nothing
    return PlainTextResponse(
        "That could not be done just now; try again later.\n", 503, {"Retry-After": "3600"}
    )
