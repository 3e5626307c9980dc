"""What has changed: pieces of a text before and after an edit, and what a story has gained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PieceKind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of two texts that are compared: in both, only in the later one, only in the earlier."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How an entry was edited once: what it said until `seen_at`, beside what followed."""

    seen_at: datetime
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]


ChangeKind = Literal[
    "official", "figure", "date", "name", "outlets", "trusted", "headline", "withdrawn"
]


@dataclass(frozen=True, slots=True)
class Change:
    """Something material that a story's entry has added: `text` says it to a person."""

    kind: ChangeKind
    at: datetime
    entry: int
    text: str


@dataclass(frozen=True, slots=True)
class FormerTitle:
    """A title an entry had until `until_at`."""

    title: str
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One entry of a story as far as changes of the story depend on it.

    `lead` is the beginning of its text. `former` are its earlier titles, the oldest first. `tags` and `tier` are those of its feed, `host` is
    that of its address.
    """

    entry: int
    title: str
    outlet: str
    language: str
    first_seen_at: datetime
    tier: int = 2
    host: str = ""
    tags: tuple[str, ...] = ()
    copy_of: int | None = None
    former: tuple[FormerTitle, ...] = ()
    withdrawn_at: datetime | None = None
    lead: str = ""
