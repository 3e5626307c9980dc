"""The pages about what was sent: all editions, one of them, its forms as they were frozen, and feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.service.digesting import digest_named, edition_named
from monitor.service.opened import OpenHome
from monitor.web.edition_feeds import IN_FEED, atom, json_feed
from monitor.web.frozen import frozen
from monitor.web.outputs import same_or
from monitor.web.presenting import page
from monitor.web.safety import EDITION_POLICY

IN_LIST = 100
_FORMS = {
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/digests")
    def digests() -> Response:
        services = home.services()
        editions = services.store.editions.editions(limit=IN_LIST + 1)
        return page(
            "digests.html",
            services,
            clock(),
            here="digests",
            editions=editions[:IN_LIST],
            more=len(editions) > IN_LIST,
            digests=services.settings.digests,
        )

    @router.get("/digests/{name}.{form}")
    def one_form(request: Request, name: str, form: str) -> Response:
        """Give one form of an edition, byte for byte as it was sent; of a digest, a feed."""
        services = home.services()
        is_digest = any(each.name == name for each in services.settings.digests)
        if form == "atom" or (form == "json" and is_digest):
            return feed(request, name, form)
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
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def feed(request: Request, name: str, form: str) -> Response:
        services = home.services()
        digest = digest_named(services, name)
        editions = services.store.editions.editions(name, limit=IN_FEED)
        base = str(request.base_url)
        if form == "atom":
            return same_or(request, atom(digest, editions, base), "application/atom+xml")
        return same_or(request, json_feed(digest, editions, base), "application/feed+json")

    @router.get("/digests/{name}")
    def edition(name: str) -> Response:
        services = home.services()
        stored = edition_named(services, name)
        return page(
            "edition.html",
            services,
            clock(),
            here="digests",
            stored=stored,
            edition=frozen(stored.rendered.json),
            states=sorted(Counter(each.state for each in stored.deliveries).items()),
        )

    return router
