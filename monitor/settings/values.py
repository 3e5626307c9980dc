"""What config/ says, read and checked: `Settings`, and the tables of monitor.toml it holds.

`FetchSettings`, `KeepSettings` and `WebSettings` are the values and the only declaration of their
keys at once: default (as a person would write it), bounds, description. The reader, the docs,
the JSON Schemas and the file that `monitor init` writes are all made from these fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from monitor.model.access import Proxy as TrustedProxy
from monitor.model.digest import Alert, Digest, Mail, Summaries
from monitor.model.feed import Feed
from monitor.model.search import SavedSearch
from monitor.model.topic import Topic, WordList
from monitor.query.tree import Query
from monitor.settings.fields import (
    Contact,
    Duration,
    HeaderValue,
    HostName,
    Line,
    Network,
    Opened,
    OptionalMailbox,
    OptionalUrl,
    Proxy,
    ProxyHeader,
    PublicUrl,
    Size,
    Variable,
    as_typed,
    is_this_machine,
)
from monitor.settings.home import Home

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


class Table(BaseModel):
    """A table of a TOML file: frozen, unknown keys refused, defaults checked like any value."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class FetchSettings(Table):
    """`[fetch]`: how feeds are fetched and parsed. Sizes are bytes."""

    interval: Duration = Field(
        default=as_typed("1h"),
        ge=HOUR,
        le=MONTH,
        description="How often a feed is fetched unless its `every` says otherwise; also the "
        "shortest time between two fetches of a feed that adapts. Only a feed's own `every` goes "
        "below an hour.",
    )
    timeout: Duration = Field(
        default=as_typed("30s"),
        ge=timedelta(seconds=1),
        le=timedelta(minutes=10),
        description="The whole of one request, redirects and body included.",
    )
    max_size: Size = Field(
        default=as_typed("10MB"),
        ge=1_000,
        le=1_000_000_000,
        description="Of a document as it comes over the network; decoded it may be twice that.",
    )
    per_host: StrictInt = Field(
        default=1, ge=1, le=16, description="Requests to one host at the same time."
    )
    concurrency: StrictInt = Field(
        default=32, ge=1, le=200, description="Requests in all at the same time."
    )
    allow_private: tuple[Opened, ...] = Field(
        default=(),
        description="What is not public or not on port 80 or 443, and may be fetched all the same, "
        'such as "127.0.0.0/8", "feeds.internal" or "feeds.example.org:8080".',
    )
    contact: Contact = Field(
        default="",
        description="A mail or web address where publishers reach you; it goes into the "
        "User-Agent.",
    )
    user_agent: HeaderValue = Field(
        default="",
        description="Sent instead of the default, which names the monitor, its version and "
        "`contact`.",
    )
    proxy: Proxy = Field(
        default="",
        description="An HTTP proxy for all fetches; the environment's proxies are not used.",
    )
    parse_seconds: StrictInt = Field(
        default=10,
        ge=1,
        le=300,
        description="Seconds of parsing one document before its worker is stopped.",
    )
    parse_memory: Size = Field(
        default=as_typed("400MB"),
        ge=100_000_000,
        le=16_000_000_000,
        description="Memory of a worker that parses documents.",
    )
    workers: StrictInt = Field(
        default=0,
        ge=0,
        le=64,
        description="Processes that parse documents; 0 is one for each core, 8 at most.",
    )


class KeepSettings(Table):
    """`[keep]`: how long what was seen is kept."""

    unmatched: Duration = Field(
        default=as_typed("90d"),
        ge=timedelta(days=1),
        le=timedelta(days=36_500),
        description="Entries no topic wanted; those that match one, or stand in a story or an "
        "edition, stay.",
    )
    fetch_log: Duration = Field(
        default=as_typed("30d"),
        ge=timedelta(days=1),
        le=timedelta(days=36_500),
        description="The log of fetches.",
    )


class WebSettings(Table):
    """`[web]`: where the page is served."""

    host: Line = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address to listen on; 127.0.0.1 is this machine alone.",
    )
    port: StrictInt = Field(
        default=8710, ge=0, le=65_535, description="The port to listen on; 0 is any free one."
    )
    public_url: PublicUrl = Field(
        default="",
        description="The address under which hubs on the Internet reach the monitor, such as "
        '"https://monitor.example.org"; feeds with a WebSub hub are then pushed (docs/websub.md), and mails '
        "have a link to unsubscribe.",
    )
    page_url: PublicUrl = Field(
        default="",
        description="The address under which readers of digests open the page, such as "
        '"https://monitor.internal", by way of a server of yours that asks who they are; digests then '
        "link to it.",
    )
    hub: OptionalUrl = Field(
        default="",
        description="A WebSub hub that output feeds name and that is told when they have something new; "
        "needs `page_url`, the address it knows them by.",
    )

    @model_validator(mode="after")
    def _hub_knows_the_feeds(self) -> WebSettings:
        if self.hub and not self.page_url:
            raise ValueError(
                'hub needs page_url = "https://…", the address under which the hub reaches the feeds'
            )
        return self

    proxy_from: tuple[Network, ...] = Field(
        default=(),
        description="Where the web server before the page asks from, such as "
        '"127.0.0.1/32"; what it says of a request is believed, and of nobody else (docs/access.md).',
    )
    proxy_header: ProxyHeader = Field(
        default="",
        description="The header in which it names who is logged in there, such as "
        '"Remote-User"; needs `proxy_from`.',
    )
    proxy_users: tuple[Line, ...] = Field(
        default=(),
        max_length=1000,
        description="Who of those may open the page; without any, all it lets through.",
    )

    @model_validator(mode="after")
    def _from_somewhere(self) -> WebSettings:
        if self.proxy_header and not self.proxy_from:
            raise ValueError(
                'proxy_header needs proxy_from = ["127.0.0.1/32"], the address your web server asks from: '
                "anybody else could write that header too"
            )
        if self.proxy_users and not self.proxy_header:
            raise ValueError('proxy_users needs proxy_header = "…", the header that names them')
        return self

    def proxy(self) -> TrustedProxy:
        """Return the web server before the page as the rest of the monitor knows it."""
        return TrustedProxy(self.proxy_from, self.proxy_header.lower(), self.proxy_users)


class MailSettings(Table):
    """`[mail]`: the server that mail goes out through."""

    host: HostName = Field(
        default="", description="The mail server; without one, no mail can be sent."
    )
    port: StrictInt = Field(
        default=587, ge=1, le=65_535, description="587 for STARTTLS, 465 for TLS."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description='How the connection is secured; "none" for a server on this machine alone.',
    )
    username: Line = Field(default="", description="Whom to log in as; without, nobody does.")
    password_env: Variable = Field(
        default="MONITOR_MAIL_PASSWORD",
        description="The environment variable that holds the password.",
    )
    sender: OptionalMailbox = Field(
        default="", alias="from", description="The address that mail comes from."
    )
    sender_name: Line = Field(
        default="",
        alias="from_name",
        description="The name beside it; without, the digest's title.",
    )
    reply_to: OptionalMailbox = Field(
        default="", description="Where answers go; without, to the address it comes from."
    )
    timeout: Duration = Field(
        default=as_typed("30s"),
        ge=timedelta(seconds=1),
        le=timedelta(minutes=5),
        description="Of each step but the server's last word, for which it has ten minutes.",
    )

    @model_validator(mode="after")
    def _secured(self) -> MailSettings:
        if self.host and self.security == "none" and not is_this_machine(self.host):
            raise ValueError(
                'security = "none" is for a server on this machine, as others could read the mail '
                'and its password; write "starttls" or "tls"'
            )
        if self.host and not self.sender:
            raise ValueError('needs from = "…", the address that mail comes from')
        return self

    def mail(self) -> Mail:
        """Return it as the rest of the monitor knows it."""
        return Mail(**{name: getattr(self, name) for name in MailSettings.model_fields})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of config/, without a fault.

    `lists` is what queries may name: the lists and, where they are given to `parse`, the saved searches too.
    `odd` are sentences about what is odd but allowed, `queries` all queries with the place
    they stand at.
    """

    home: Home
    fetch: FetchSettings
    keep: KeepSettings
    web: WebSettings
    digests: tuple[Digest, ...]
    mail: Mail
    alerts: tuple[Alert, ...]
    summaries: Summaries
    feeds: tuple[Feed, ...]
    topics: tuple[Topic, ...]
    searches: tuple[SavedSearch, ...]
    lists: Mapping[str, WordList]
    odd: tuple[str, ...] = ()
    queries: tuple[tuple[str, Query], ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd but allowed, that of queries included; see `Query.warnings`."""
        asked = [f"{at}: {each}" for at, query in self.queries for each in query.warnings]
        return (*self.odd, *asked)
