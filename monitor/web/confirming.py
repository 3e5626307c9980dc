"""Asking before config/ is changed: the page that shows what would change, and doing it when asked to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from starlette.responses import Response

from monitor.service.editing import Edited, edit, preview, stamp
from monitor.service.feed_editing import FILE, Wanted
from monitor.service.masking import masked_diffs
from monitor.service.wiring import Services
from monitor.web.presenting import page

Fields = Iterable[tuple[str, str]]
"""Names and values of a form; a name may come several times."""


def asks(
    services: Services,
    now: datetime,
    wanted: Wanted,
    *,
    action: str,
    fields: Fields,
    back: str,
    danger: bool = False,
    notes: Iterable[str] = (),
    seen: str = "",
) -> Response:
    """Show what a change would do, with a form that asks for it: the same fields, sent to `action`.

    `back` leads to where nothing was changed. `notes` are sentences a person should read before. `seen` is the
    stamp of what a form was made from that led here: it is passed on, and raises `ChangedMeanwhileError` when the
    file was edited since.
    """
    seen = seen or stamp(services.home, FILE)
    would = preview(services, wanted.change, seen=seen)
    return page(
        "feeds_confirm.html",
        services,
        now,
        here="feeds",
        what=wanted.asked,
        diffs=masked_diffs(would.diffs),
        action=action,
        fields=[(name, value) for name, value in fields if name not in ("confirm", "seen")],
        seen=seen,
        back=back,
        danger=danger,
        notes=list(notes),
    )


def does(services: Services, now: datetime, wanted: Wanted, seen: str) -> Edited[object]:
    """Make the change a person has seen. Raises `ChangedMeanwhileError` when the file was edited since."""
    return edit(services, wanted.what, wanted.change, now, seen=seen)
