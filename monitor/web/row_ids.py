"""Numbers in addresses that name a row: what the database cannot hold names nothing."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from monitor.errors import NotFoundError

LARGEST = 2**63 - 1


def _known(number: int) -> int:
    """Return a number a row could have; raises `NotFoundError` (which is no `ValueError`: 404, not 400)."""
    if not 0 < number <= LARGEST:
        raise NotFoundError("There is nothing with so odd a number.")
    return number


RowId = Annotated[int, AfterValidator(_known)]
"""The id of a row as a parameter of a path."""
