"""All routes of an application, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def flat(prefix: str, routes: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Yield routes with what their path begins with, those of routers inside routers included, whichever way FastAPI keeps them."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield prefix, route
        else:
            yield from flat(prefix + route.include_context.prefix, inner.routes)
