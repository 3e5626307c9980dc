"""Digests and alerts as config/monitor.toml asks for them: what is sent, when, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal

ChannelName = Literal["folder", "mail", "webhook", "slack", "teams", "notify"]

WhenEmpty = Literal["send", "weekly", "skip"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where an edition or an alert goes.

    `to` is a folder, a mail address or the address of a webhook. For "slack", "teams" and "notify" it
    is the name of the environment variable that holds the address, which is a secret.
    `secret_env` names the variable with the key that a webhook's messages are signed with.
    """

    channel: ChannelName
    to: str
    secret_env: str = ""


@dataclass(frozen=True, slots=True)
class SectionQuery:
    """A section of a digest given by a query.

    `name` ("query:1") is its own among those of the digest and can be no topic's; what the query accepts
    bears a match under it, of version 0.
    """

    name: str
    title: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each part of a story's rank counts, as a factor (`monitor.digests.ranking`)."""

    points: float = 1.0
    title: float = 1.0
    tier: float = 1.0
    outlets: float = 1.0
    document: float = 1.0
    novelty: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest as config/monitor.toml asks for it: `[digests.NAME]`.

    `times` are local wall times in the IANA zone `timezone`, in order; `days` holds weekdays, 0 is
    Monday. `sections` come first, then `topics`: names in the order shown, "*" for all the others.
    `per_topic` and `per_outlet` cap the cards of a section, `per_edition` those of all.
    `near_misses` and `quotes` say how many of these are shown at most; 0 is none.
    """

    name: str
    title: str
    times: tuple[time, ...]
    timezone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    topics: tuple[str, ...] = ("*",)
    sections: tuple[SectionQuery, ...] = ()
    to: tuple[Recipient, ...] = ()
    when_empty: WhenEmpty = "send"
    per_topic: int = 12
    per_outlet: int = 3
    per_edition: int = 60
    near_misses: int = 3
    quotes: int = 3
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A standing query whose stories are told at once: `[alerts.NAME]`.

    A story is told when `outlets` independent ones carry it, and never again. With `unusual` the
    number of stories of the last 24 hours is told instead, when it is out of the ordinary. Within
    `quiet` (local wall times in `timezone`, from and until; None: no such hours) and for `cool_down`
    after a message nothing is sent; what came meanwhile is told together afterwards. Entries that
    were published more than `newer_than` before they were first seen ring nothing.
    """

    name: str
    title: str
    query: str
    timezone: str = "UTC"
    outlets: int = 1
    unusual: bool = False
    quiet: tuple[time, time] | None = None
    cool_down: timedelta = timedelta(0)
    newer_than: timedelta = timedelta(days=3)
    to: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail server, `[mail]`: `host` is "" where none is configured.

    `password_env` names the environment variable that holds the password; `sender` is the address in
    From, `sender_name` the name beside it, `reply_to` where answers go, "" to the sender.
    `timeout` is that of each step but the last, whose is ten minutes (RFC 5321 section 4.5.3.2).
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_env: str = "MONITOR_MAIL_PASSWORD"  # noqa: S105  # the name of a variable
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summaries:
    """Who writes summaries beside the excerpts, `[summaries]`: nobody without `server` or `library`.

    `server` is the address of an OpenAI-style interface, below which `chat/completions` lies; with
    `library` the Python library `llm` is asked for `model` instead. `api_key_env` names the
    environment variable with the key. `timeout` is for one answer, `budget` for all of an edition,
    `per_edition` the stories that may be asked about, `max_tokens` the length of one answer.
    """

    server: str = ""
    library: bool = False
    model: str = ""
    api_key_env: str = ""
    timeout: timedelta = timedelta(seconds=60)
    budget: timedelta = timedelta(minutes=5)
    per_edition: int = 12
    max_tokens: int = 300

    @property
    def wanted(self) -> bool:
        """Whether summaries are to be made at all."""
        return bool(self.server) or self.library
