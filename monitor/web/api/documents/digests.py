"""Documents about digests, editions and alerts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from monitor.web.api.documents.parts import At, Document, Next


class DeliveryShown(Document):
    """One edition to one recipient."""

    id: int
    channel: str
    to: str
    state: Literal["planned", "sending", "sent", "failed", "unknown"]
    attempts: int
    repeats: int
    error: str
    next_at: At | None
    updated_at: At | None


class Deliveries(Document):
    """Deliveries as they stand."""

    deliveries: list[DeliveryShown]


class WindowShown(Document):
    """Half-open, of first-seen times."""

    since: At = Field(alias="from")
    until: At
    timezone: str


class EditionShown(Document):
    """One edition of a list."""

    edition: str
    digest: str
    date: str
    window: WindowShown
    created_at: At
    subject: str
    deliveries: list[DeliveryShown]


class EditionList(Document):
    """A page of editions."""

    editions: list[EditionShown]
    next: Next


class SectionShown(Document):
    """One topic of an edition, or one query; a card is described in docs/json.md."""

    title: str
    cards: list[dict[str, Any]]


class WholeEdition(Document):
    """One edition, see docs/json.md; editions that older versions made lack the newer keys."""

    digest: str
    edition: str | None
    window: WindowShown
    coverage: dict[str, Any]
    sections: list[SectionShown]


class SentEdition(Document):
    """What was sent; `new` is false when nothing new was."""

    digest: str
    edition: str | None
    new: bool
    deliveries: list[DeliveryShown]


class SectionAsked(Document):
    """A section given by a query."""

    title: str
    query: str


class RecipientShown(Document):
    """Where editions go; for a secret address the variable that holds it."""

    channel: str
    to: str


class DigestShown(Document):
    """A digest of config/monitor.toml."""

    name: str
    title: str
    times: list[str]
    timezone: str
    days: list[int]
    topics: list[str]
    sections: list[SectionAsked]
    to: list[RecipientShown]
    when_empty: Literal["send", "weekly", "skip"]
    next_at: At


class DigestList(Document):
    """The digests."""

    digests: list[DigestShown]


class AlertMessageShown(Document):
    """A message of an alert."""

    id: str
    created_at: At
    subject: str
    stories: list[str]
    deliveries: list[DeliveryShown]


class SentMessage(AlertMessageShown):
    """A message with the alert it is of."""

    alert: str


class AlertMessages(Document):
    """A page of messages."""

    messages: list[SentMessage]
    next: Next


class WholeMessage(SentMessage):
    """A message as it was frozen, see docs/json.md."""

    content: dict[str, Any]


class AlertShown(Document):
    """How an alert stands."""

    name: str
    title: str
    query: str
    outlets: int
    unusual: bool
    began_at: At | None
    waiting: list[str]
    last: AlertMessageShown | None
    next_at: At | None


class AlertList(Document):
    """The alerts."""

    alerts: list[AlertShown]


class Fired(Document):
    """A message that would have been sent."""

    at: At
    stories: int
    titles: list[str]
    keys: list[str]


class BusiestDay(Document):
    """The day with most messages."""

    on: str
    messages: int


class AlertTried(Document):
    """What an alert would have sent."""

    alert: str
    since: At
    until: At
    entries: int
    messages: int
    stories: int
    per_week: float
    busiest: BusiestDay | None
    waiting: int
    latest: list[Fired]
