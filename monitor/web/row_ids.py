"""Ids in addresses and forms of the page: of entries, stories and rows."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from monitor.errors import NotFoundError
from monitor.service.shapes import read_id

LARGEST = 2**63 - 1


def _known(number: int) -> int:
    """Return a number a row could have; raises `NotFoundError` (which is no `ValueError`: 404, not 400)."""
    if not 0 < number <= LARGEST:
        raise NotFoundError("There is nothing with so odd a number.")
    return number


RowId = Annotated[int, AfterValidator(_known)]
"""The id of a row as a parameter of a path."""


def entry_number(text: str) -> int:
    """Return the number of an entry's id (e12); raises `NotFoundError` for what is none."""
    kind, number = read_id(text)
    if kind != "e":
        raise NotFoundError(f"{text} is a story; its page is /stories/{text}.")
    return number


def story_number(text: str) -> int:
    """Return the number of a story's id (s7); raises `NotFoundError` for what is none."""
    kind, number = read_id(text)
    if kind != "s":
        raise NotFoundError(f"{text} is an entry; its page is /entries/{text}.")
    return number
