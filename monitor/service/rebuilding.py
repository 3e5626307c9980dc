"""Group the stored entries anew, as the present code would, without what people decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.model.rebuild import Rebuild
from monitor.service.wiring import Services
from monitor.stories.grouping import group
from monitor.stories.weighing import VERSION


def rebuild(
    services: Services,
    clock: Callable[[], datetime],
    since: datetime | None = None,
    on_piece: Callable[[Rebuild], None] = lambda _: None,
) -> Rebuild:
    """Group entries first seen since an instant anew, all without one; return what moved.

    One that was broken off and looks at these entries as well goes on where it stopped. `on_piece`
    is told how it stands at first, and after each piece.
    """
    while not services.store.stories.catch_up(clock()):
        pass  # what an older version stored is to be found by keys as well
    at = services.store.rebuilds.begin(since, VERSION, clock())
    on_piece(at)
    while not at.finished:
        at = services.store.rebuilds.piece(group, clock())
        on_piece(at)
    return at


def try_rebuild(
    services: Services,
    now: datetime,
    since: datetime | None = None,
    on_piece: Callable[[Rebuild], None] = lambda _: None,
) -> Rebuild:
    """Tell what a whole `rebuild` would move. Writes nothing."""
    pieces = services.store.rebuilds.tried(since, VERSION, group, now)
    at = next(pieces)
    on_piece(at)
    for at in pieces:
        on_piece(at)
    return at
