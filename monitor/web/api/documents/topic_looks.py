"""Documents about how topics stand, what their versions changed, and trying one."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from monitor.web.api.documents.parts import At, Document
from monitor.web.api.documents.topics import TopicTried


class TextPiece(Document):
    """A piece of a text compared with the one before."""

    kind: Literal["same", "added", "removed"]
    text: str


class BoostChanged(Document):
    """A boost that came (`before` null), went (`after` null) or has other points."""

    query: str
    before: int | None
    after: int | None


class ListChanged(Document):
    """What came into a list (`@NAME`) or a saved search (`saved:NAME`), and what went."""

    name: str
    added: list[str]
    removed: list[str]


class VersionChanges(Document):
    """How a version differs from the one before."""

    query: list[TextPiece]
    boosts: list[BoostChanged]
    floor: list[int] | None = Field(description="Before and after; null where it did not change")
    lists: list[ListChanged]


class TopicVersion(Document):
    """One version of a topic; `present` is the one that counts now."""

    version: int
    created_at: At
    present: bool
    query: str
    changes: VersionChanges | None


class TopicVersions(Document):
    """The versions of a topic."""

    topic: str
    versions: list[TopicVersion]


class TopicStands(Document):
    """How a topic stands; `quality` has the keys of `monitor topics evaluate`, and `judged`."""

    topic: str
    matches_7d: int
    matches_30d: int
    daily: list[int]
    quality: dict[str, Any]


class TopicFault(Document):
    """What is wrong with one part of a topic: "query", "boost 2", or ""."""

    part: str
    message: str
    position: int | None
    hint: str | None


class TopicPreviewed(Document):
    """What a topic would do, or what is wrong with it: then `found` is null."""

    faults: list[TopicFault]
    understood: str
    looked_at: int
    since: At | None = Field(description="How far back was looked; null: all that is stored")
    daily: list[int]
    found: TopicTried | None
