"""What all output feeds share.

These are the same bytes until there is something new, and carry an ETag, so that a reader that
asks again is answered 304 (RFC 9110 section 13.1.2).
"""

from __future__ import annotations

import re

import feedgenerator
from fastapi import Request
from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator
from starlette.responses import Response

from monitor.service.export_values import URN
from monitor.service.wiring import Services
from monitor.web.etags import is_known, tag_of_bytes

__all__ = ["IN_FEED", "URN", "Atom", "base_of", "hubs", "legal", "same_or"]

IN_FEED = 50
# What XML 1.0 can hold (section 2.2); the rest has no place in JSON either.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


class Atom(feedgenerator.Atom1Feed):  # type: ignore[misc]  # it has no types
    """An Atom feed that may name a WebSub hub: `Atom(…, hub="https://hub.example/")`."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write what stands above the items."""
        super().add_root_elements(handler)
        if self.feed.get("hub"):
            handler.addQuickElement("link", "", {"href": self.feed["hub"], "rel": "hub"})


def hubs(hub: str) -> dict[str, object]:
    """Return the key that names a WebSub hub in a JSON Feed, nothing without one."""
    return {"hubs": [{"type": "WebSub", "url": hub}]} if hub else {}


def base_of(request: Request, services: Services) -> str:
    """Return the address that output feeds give themselves, with its final slash.

    Where a hub is told of them, it is the one it knows them by.
    """
    web = services.settings.web
    return f"{web.page_url.rstrip('/')}/" if web.hub else str(request.base_url)


def legal(text: str) -> str:
    """Return the text without what no feed can hold."""
    return _NOT_XML.sub(" ", text)


def same_or(request: Request, text: str, media_type: str) -> Response:
    """Answer with the text, or 304 when the reader has it already."""
    body = text.encode("utf-8")
    tag = tag_of_bytes(body)
    if is_known(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers={"ETag": tag})
