"""The pages about what was sent: all editions, one of them, its forms as they were frozen, and feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.errors import NotFoundError
from monitor.model.delivery import Delivery, StoredEdition
from monitor.model.edition import Rendered
from monitor.service.digesting import digest_named, edition_named
from monitor.service.opened import OpenHome
from monitor.web.edition_feeds import IN_FEED, atom, json_feed
from monitor.web.frozen import contents, frozen
from monitor.web.outputs import base_of, same_or
from monitor.web.presenting import page
from monitor.web.safety import EDITION_POLICY, HEADERS
from monitor.web.stars import starred_ids

IN_LIST = 100
_FORMS = {
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}

FRAMES = f"{HEADERS['Content-Security-Policy']}; frame-src 'self'"
"""The policy of a page that shows a message as it was sent, in a frame without scripts."""

_FRAMED = EDITION_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

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
            open=len(services.store.deliveries.open_deliveries()),
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
        return as_sent(edition_named(services, name).rendered, form)

    def feed(request: Request, name: str, form: str) -> Response:
        services = home.services()
        digest = digest_named(services, name)
        editions = services.store.editions.editions(name, limit=IN_FEED)
        base, hub = base_of(request, services), services.settings.web.hub
        if form == "atom":
            return same_or(request, atom(digest, editions, base, hub), "application/atom+xml")
        return same_or(request, json_feed(digest, editions, base, hub), "application/feed+json")

    @router.get("/digests/{name}")
    def edition(name: str) -> Response:
        services = home.services()
        stored = edition_named(services, name)
        document = frozen(stored.rendered.json)
        return page(
            "edition.html",
            services,
            clock(),
            here="digests",
            stored=stored,
            edition=document,
            contents=contents(document),
            starred=starred_ids(services),
            **_deliveries(stored),
        )

    @router.get("/digests/{name}/deliveries")
    def deliveries(name: str) -> Response:
        services = home.services()
        stored = edition_named(services, name)
        return page("part_deliveries.html", services, clock(), **_deliveries(stored))

    @router.get("/digests/{name}/mail")
    def mail(name: str) -> Response:
        return _sent(name, "mail")

    @router.get("/digests/{name}/text")
    def text(name: str) -> Response:
        return _sent(name, "text")

    def _sent(name: str, form: str) -> Response:
        services = home.services()
        stored = edition_named(services, name)
        answer = page(
            "edition_sent.html",
            services,
            clock(),
            here="digests",
            stored=stored,
            edition=frozen(stored.rendered.json),
            form=form,
        )
        answer.headers["Content-Security-Policy"] = FRAMES
        return answer

    return router


def as_sent(rendered: Rendered, form: str) -> Response:
    """Give one form of what was sent, byte for byte."""
    texts = {
        "html": rendered.html,
        "txt": rendered.text,
        "md": rendered.markdown,
        "json": rendered.json,
    }
    if form not in texts:
        raise NotFoundError(f"There is no form .{form}; there are: {', '.join(texts)}.")
    response = Response(texts[form].encode("utf-8"), media_type=_FORMS[form])
    if form == "html":
        response.headers["Content-Security-Policy"] = _FRAMED
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def standing_of(deliveries: Sequence[Delivery], renew: str) -> dict[str, Any]:
    """Return what `part_deliveries.html` shows; `renew` is the address of that part alone."""
    states = Counter(each.state for each in deliveries)
    return {"deliveries": list(deliveries), "states": sorted(states.items()), "renew": renew}


def _deliveries(stored: StoredEdition) -> dict[str, Any]:
    return standing_of(stored.deliveries, f"/digests/{stored.id}/deliveries")
