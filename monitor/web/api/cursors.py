"""Where a list goes on, as a word that only the list itself can read.

A cursor holds the place of the last thing shown, not how many were shown: what comes in above it moves
nothing. It names the list and its parameters by a digest, so that one of another list, or one that was
tampered with, is refused rather than misread. It is no secret and needs none: it gives nothing that its
list would not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from monitor.web.problems import ProblemError

_LONGEST = 400
_LARGEST = 2**63 - 1


def cursor_at(place: Sequence[int | str], *of: object) -> str:
    """Return the cursor of a place in the list that `of` describes: its name and parameters."""
    written = json.dumps(list(place), separators=(",", ":"))
    raw = f"{_digest(written, of)}{written}".encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def place_of(cursor: str, *of: object) -> list[int | str]:
    """Return the place a cursor names; raises `ProblemError` (400)."""
    if len(cursor) > _LONGEST:
        raise _bad()
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        text = raw.decode("ascii")
        digest, written = text[:16], text[16:]
        if digest != _digest(written, of):
            raise _bad()
        place = json.loads(written)
    except (ValueError, binascii.Error, RecursionError):  # UnicodeError is a ValueError
        raise _bad() from None
    # The digest fits, so that this is ours; nobody is kept from making one up, so look all the same.
    if not isinstance(place, list) or not all(_fits(each) for each in place):
        raise _bad()
    return place


def numbers_at(cursor: str, count: int, *of: object) -> list[int]:
    """Return the so many numbers a cursor names; raises `ProblemError` (400)."""
    place = [each for each in place_of(cursor, *of) if isinstance(each, int)]
    if len(place) != count:
        raise _bad()
    return place


def number_at(cursor: str, *of: object) -> int:
    """Return the number a cursor of one number names; raises `ProblemError` (400)."""
    return numbers_at(cursor, 1, *of)[0]


def _fits(each: object) -> bool:
    if isinstance(each, bool):
        return False
    return isinstance(each, str) or (isinstance(each, int) and 0 <= each <= _LARGEST)


def _digest(written: str, of: tuple[object, ...]) -> str:
    return hashlib.sha256(f"{of!r}{written}".encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _bad() -> ProblemError:
    return ProblemError(
        400,
        "The cursor is not one of this list with these parameters. Take it from `next` as it stands, or "
        "begin again without one.",
        kind="cursor",
    )
