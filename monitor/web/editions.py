"""The pages about what was sent: all editions, one of them, and its forms as they were frozen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from monitor.service.digesting import edition_named
from monitor.service.wiring import Services
from monitor.web.presenting import page
from monitor.web.safety import EDITION_POLICY

_FORMS = {
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


def routes(services: Services, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/digests")
    def digests() -> Response:
        return page(
            "digests.html",
            services,
            clock(),
            here="digests",
            editions=services.store.editions.editions(),
            digests=services.settings.digests,
        )

    @router.get("/digests/{name}.{form}")
    def frozen(name: str, form: str) -> Response:
        """Give one form of an edition, byte for byte as it was sent."""
        if form not in _FORMS:
            return edition(f"{name}.{form}")
        rendered = edition_named(services, name).rendered
        text = {
            "html": rendered.html,
            "txt": rendered.text,
            "md": rendered.markdown,
            "json": rendered.json,
        }[form]
        response = Response(text.encode("utf-8"), media_type=_FORMS[form])
        if form == "html":
            response.headers["Content-Security-Policy"] = EDITION_POLICY
        return response

    @router.get("/digests/{name}")
    def edition(name: str) -> Response:
        stored = edition_named(services, name)
        return page(
            "edition.html",
            services,
            clock(),
            here="digests",
            stored=stored,
            edition=json.loads(stored.rendered.json),
        )

    return router
