"""Documents about trends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from monitor.web.api.documents.entries import EntryLine
from monitor.web.api.documents.parts import Document

Day = Annotated[str, Field(description="A local day", json_schema_extra={"format": "date"})]


class Period(Document):
    """Stories of one period, and what is usual; `open` while it is not over."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    stories: int
    low: int | None
    high: int | None
    open: bool


class TopicTrend(Document):
    """One topic over the span; a story that goes on is counted when it began."""

    topic: str
    title: str
    stories: int
    periods: list[Period]


class TrendSpan(Document):
    """The days that are told, first and last included."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    timezone: str


class TrendList(TrendSpan):
    """Topics over a span."""

    by: Literal["day", "week", "month"]
    topics: list[TopicTrend]


class OutletShare(Document):
    """An outlet and the stories it told in words of its own."""

    outlet: str
    stories: int
    share: float


class RisingWord(Document):
    """A word: entries of the last seven days that have it, and of up to 28 days before."""

    text: str
    lately: int
    before: int


class Makeup(TrendSpan):
    """What a topic is made of."""

    topic: str
    entries: int
    whole: bool
    stories: int
    outlets: list[OutletShare]
    words: list[RisingWord]
    documents: list[EntryLine]
