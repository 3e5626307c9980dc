"""`[digests.NAME]` and `[alerts.NAME]` of monitor.toml: what is sent, when, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, model_validator

from monitor.model.digest import Alert, ChannelName, Digest, Recipient, SectionQuery, Weights
from monitor.settings.fields import (
    Days,
    Duration,
    Folder,
    Hours,
    Line,
    Mailbox,
    TimesOfDay,
    Url,
    Variable,
    Zone,
    as_typed,
)
from monitor.settings.values import HOUR, MONTH, Table

_CHANNELS: dict[str, ChannelName] = {
    "folder": "folder", "mail": "mail", "webhook": "webhook",
    "slack_env": "slack", "teams_env": "teams", "notify_env": "notify",
}  # fmt: skip


def _no_login(value: object) -> object:
    """Refuse a log-in in an address: what helps a feed there, `auth_env`, no webhook has."""
    if isinstance(value, str) and "@" in value.partition("//")[2].partition("/")[0]:
        raise ValueError(
            "must hold no user name, password or @ before its path; let the receiver check the signature "
            "that secret_env makes instead"
        )
    return value


class RecipientTable(Table):
    """Where editions and alerts go, one way each: `{mail = "me@example.org"}`, `{folder = "digests"}`."""

    mail: Mailbox | None = Field(
        default=None, description="A mail address; needs `[mail]` with a server."
    )
    folder: Folder | None = Field(
        default=None, description="A folder that gets each as files; relative to the home."
    )
    webhook: Annotated[Url, BeforeValidator(_no_login)] | None = Field(
        default=None, description="An address that gets each as JSON, by POST."
    )
    secret_env: Variable = Field(
        default="",
        description="The environment variable with the key that what the webhook gets is signed with.",
    )
    slack_env: Variable | None = Field(
        default=None, description="The environment variable with the address of a Slack webhook."
    )
    teams_env: Variable | None = Field(
        default=None, description="The environment variable with the address of a Teams webhook."
    )
    notify_env: Variable | None = Field(
        default=None,
        description="The environment variable with an address for Apprise; needs the extra `notify`.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> RecipientTable:
        ways = [key for key in _CHANNELS if getattr(self, key) is not None]
        if len(ways) != 1:
            known = ", ".join(_CHANNELS)
            raise ValueError(f"must name one way to deliver ({known}); write a table for each")
        if self.secret_env and ways != ["webhook"]:
            raise ValueError("secret_env goes with webhook; take it out")
        if not getattr(self, ways[0]):
            raise ValueError(f"{ways[0]} must not be empty")
        return self

    def recipient(self) -> Recipient:
        """Return it as the rest of the monitor knows it."""
        key = next(key for key in _CHANNELS if getattr(self, key) is not None)
        return Recipient(_CHANNELS[key], getattr(self, key), self.secret_env)


class SectionTable(Table):
    """A section of a digest given by a query."""

    title: Line = Field(min_length=1, description="Its heading.")
    query: str = Field(
        min_length=1, description="What its entries satisfy, whether or not a topic wants them."
    )


class WeightsTable(Table):
    """How much each part of a story's rank counts; 0 leaves it out."""

    points: StrictFloat | StrictInt = Field(
        default=1, ge=0, le=100, description="The points its topic gave, as a factor."
    )
    title: StrictFloat | StrictInt = Field(
        default=1, ge=0, le=100, description="That the words stand in the headline, as a factor."
    )
    tier: StrictFloat | StrictInt = Field(
        default=1, ge=0, le=100, description="The tier of its outlets, as a factor."
    )
    outlets: StrictFloat | StrictInt = Field(
        default=1, ge=0, le=100, description="How many independent outlets tell it, as a factor."
    )
    document: StrictFloat | StrictInt = Field(
        default=1, ge=0, le=100, description="That an official source is among them, as a factor."
    )
    novelty: StrictFloat | StrictInt = Field(
        default=1, ge=0, le=100, description="That it was never told before, as a factor."
    )

    def weights(self) -> Weights:
        """Return them as numbers."""
        return Weights(**{name: float(getattr(self, name)) for name in WeightsTable.model_fields})


class DigestTable(Table):
    """`[digests.NAME]`: a digest and when it is sent."""

    title: Line = Field(default="", description="The heading; without one, the name.")
    at: TimesOfDay = Field(
        default=as_typed("07:00"),
        description='When it is sent, by the clock of `timezone`; `["07:00", "13:00"]` is twice a day.',
    )
    timezone: Zone = Field(default="UTC", description="An IANA name such as Europe/Berlin.")
    days: Days = Field(
        default=as_typed("mon-sun"), description='The days it is sent: "mon-fri", "mon,wed,fri".'
    )
    topics: tuple[str, ...] = Field(
        default=("*",),
        description='Names of topics, in the order shown; "*" stands for all others.',
    )
    sections: tuple[SectionTable, ...] = Field(
        default=(),
        max_length=20,
        description="Sections given by queries; they come before the topics.",
    )
    to: tuple[RecipientTable, ...] = Field(
        default=(),
        max_length=1000,
        description="Who gets it. Without anyone it is kept in the database, and shown by "
        "`monitor digest show`.",
    )
    when_empty: Literal["send", "weekly", "skip"] = Field(
        default="send",
        description="What to do when nothing matched: send it, send one such in seven days, or none.",
    )
    per_topic: StrictInt = Field(
        default=12, ge=1, le=1000, description="Stories shown for one topic; the rest is counted."
    )
    per_outlet: StrictInt = Field(
        default=3, ge=1, le=1000, description="Stories of one outlet shown for one topic."
    )
    per_edition: StrictInt = Field(
        default=60, ge=1, le=1000, description="Stories shown in all; the rest is counted."
    )
    near_misses: StrictInt = Field(
        default=3, ge=0, le=20, description="Entries just outside a topic, shown to ask about them."
    )
    quotes: StrictInt = Field(default=3, ge=0, le=20, description="Quotations shown.")
    weights: WeightsTable = Field(
        default_factory=WeightsTable, description="What orders the stories."
    )

    @model_validator(mode="after")
    def _about_something(self) -> DigestTable:
        if not self.topics and not self.sections:
            raise ValueError('has neither topics nor sections; write topics = ["*"]')
        return self

    def digest(self, name: str) -> Digest:
        """Return the digest of that name."""
        return Digest(
            name=name,
            title=self.title or title_of(name),
            times=self.at,
            timezone=self.timezone,
            days=self.days,
            topics=self.topics,
            sections=tuple(
                # With a colon, so that no topic can have the name.
                SectionQuery(f"query:{number}", each.title, each.query.strip())
                for number, each in enumerate(self.sections, start=1)
            ),
            to=tuple(each.recipient() for each in self.to),
            when_empty=self.when_empty,
            per_topic=self.per_topic,
            per_outlet=self.per_outlet,
            per_edition=self.per_edition,
            near_misses=self.near_misses,
            quotes=self.quotes,
            weights=self.weights.weights(),
        )


class AlertTable(Table):
    """`[alerts.NAME]`: a standing query whose stories are told at once."""

    title: Line = Field(default="", description="What it is called; without one, the name.")
    query: str = Field(min_length=1, description="What rings: a query, such as `topic:chips H20`.")
    outlets: StrictInt = Field(
        default=1, ge=1, le=100, description="Independent outlets a story needs before it is told."
    )
    unusual: StrictBool = Field(
        default=False,
        description="`true` tells, instead of each story, when there are unusually many in 24 hours.",
    )
    quiet: Hours | None = Field(
        default=None,
        description='Hours in which nothing is sent, "22:00-07:00"; it comes after them.',
    )
    timezone: Zone = Field(default="UTC", description="The zone of `quiet`, such as Europe/Berlin.")
    cool_down: Duration = Field(
        default=as_typed("0s"),
        ge=timedelta(0),
        le=MONTH,
        description="After a message none is sent for so long; what came meanwhile comes in one.",
    )
    newer_than: Duration = Field(
        default=as_typed("3d"),
        ge=HOUR,
        le=MONTH * 12,
        description="Entries whose publisher dates them further back than this ring nothing.",
    )
    to: tuple[RecipientTable, ...] = Field(
        default=(), max_length=1000, description="Who is told, as for a digest."
    )

    def alert(self, name: str) -> Alert:
        """Return the alert of that name."""
        return Alert(
            name=name,
            title=self.title or title_of(name),
            query=self.query.strip(),
            timezone=self.timezone,
            outlets=self.outlets,
            unusual=self.unusual,
            quiet=self.quiet,
            cool_down=self.cool_down,
            newer_than=self.newer_than,
            to=tuple(each.recipient() for each in self.to),
        )


def title_of(name: str) -> str:
    """Return the heading for a name without a title: "export-controls" is "Export controls"."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
