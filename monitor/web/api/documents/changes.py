"""Documents about changes of config/."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from monitor.web.api.documents.parts import At, Document

DiffLine = tuple[Literal["removed", "added", "same", "place"], str]


class FileChanged(Document):
    """What changed in one file; `left_out` lines of a long diff are not shown."""

    file: str
    lines: list[DiffLine]
    left_out: int


class Edited(Document):
    """A change of config/."""

    edit: str | None = Field(
        description="Its id, to take it back with /api/edits/ID/undo; null where nothing had to change"
    )
    changes: list[FileChanged]


class EditKept(Document):
    """A change of config/ that was kept."""

    id: str
    at: At
    what: str
    undone_at: At | None
    changes: list[FileChanged]


class EditList(Document):
    """The newest changes."""

    edits: list[EditKept]


class MovedBack(Document):
    """Where a feed is watched again."""

    url: str
