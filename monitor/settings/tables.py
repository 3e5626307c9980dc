"""The files of config/ as tables: every key but those of `values`, declared once.

`MonitorFile`, `FeedsFile`, `TopicsFile` and `SearchesFile` are what monitor.toml, feeds.toml, topics.toml
and searches.toml may hold. Their rows turn into the values of `monitor.model`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    Field,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
)

from monitor.model.feed import AuthScheme, Feed
from monitor.model.search import SavedSearch
from monitor.model.topic import Boost, Topic
from monitor.settings.digests import AlertTable, DigestTable, title_of
from monitor.settings.fields import (
    Duration,
    HeaderName,
    HeaderValue,
    Line,
    Name,
    OptionalUrl,
    Pattern,
    Tag,
    Url,
    Variable,
)
from monitor.settings.quantities import format_duration
from monitor.settings.summaries import SummariesTable
from monitor.settings.values import (
    MINUTE,
    MONTH,
    FetchSettings,
    KeepSettings,
    MailSettings,
    Table,
    WebSettings,
)


class MonitorFile(Table):
    """config/monitor.toml: settings and digests of the monitor."""

    fetch: FetchSettings = Field(
        default_factory=FetchSettings, description="How feeds are fetched and parsed."
    )
    keep: KeepSettings = Field(
        default_factory=KeepSettings, description="How long what was seen is kept."
    )
    web: WebSettings = Field(default_factory=WebSettings, description="Where the page is served.")
    mail: MailSettings = Field(
        default_factory=MailSettings, description="The server that mail goes out through."
    )
    summaries: SummariesTable = Field(
        default_factory=SummariesTable,
        description="Who writes summaries beside the excerpts; without it, nobody.",
    )
    digests: dict[Name, DigestTable] = Field(
        default={}, description="The digests by name; without one, none is sent."
    )
    alerts: dict[Name, AlertTable] = Field(
        default={}, description="The alerts by name; without one, nothing rings."
    )


class FeedTable(Table):
    """`[[feed]]`: a watched feed."""

    url: Url = Field(description="Where the feed is; http or https, without user or password.")
    title: Line = Field(default="", description="What to call it; without one, its own title.")
    tags: tuple[Tag, ...] = Field(
        default=(), max_length=100, description="Words to find its entries by: `tag:think-tank`."
    )
    every: Duration | None = Field(
        default=None,
        ge=MINUTE,
        le=MONTH,
        description="How often it is fetched, whatever it brings; without it, at its own rhythm, hourly at most.",
    )
    outlet: Line = Field(
        default="",
        description="Who publishes; without it, the registrable domain of the entry's address.",
    )
    tier: StrictInt = Field(
        default=2,
        ge=1,
        le=3,
        description="1 is official documents and the outlets you trust most, 2 the usual press, 3 the "
        "rest.",
    )
    enabled: StrictBool = Field(default=True, description="`false` leaves it unfetched.")
    user_agent: HeaderValue = Field(
        default="", description="Sent to this feed instead of `fetch.user_agent`."
    )
    user_agent_suffix: HeaderValue = Field(
        default="",
        description="Sent to this feed after the usual User-Agent, where a publisher asks for a word "
        "of its own there.",
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        default={}, description='More request headers: `{Accept-Language = "en"}`. No secrets.'
    )
    auth_env: Variable = Field(
        default="",
        description="The environment variable that holds the value of the Authorization header.",
    )
    auth_scheme: AuthScheme = Field(
        default="",
        description='What `auth_env` holds: "basic" user:password, "bearer" a token, "" the whole '
        "value.",
    )
    full_text: StrictBool = Field(
        default=False,
        description="`true` fetches the linked page of each new matched entry and stores its text; "
        "needs the extra `fulltext`.",
    )
    moved_from: OptionalUrl = Field(
        default="",
        description="The address the monitor replaced by `url`, as its server said for three days that "
        "it moved for good; `monitor feeds undo` takes that back.",
    )
    follow_moves: StrictBool = Field(
        default=True,
        description="`false` keeps `url` as it is, whatever permanent redirects its server sends.",
    )

    @field_validator("auth_scheme")
    @classmethod
    def _scheme_of_something(cls, scheme: AuthScheme, info: ValidationInfo) -> AuthScheme:
        if scheme and not info.data.get("auth_env", "?"):
            raise ValueError(
                'says what auth_env holds, which is not set; add auth_env = "NAME" or take it out'
            )
        return scheme

    def feed(self) -> Feed:
        """Return it as the rest of the monitor knows it."""
        values = {name: getattr(self, name) for name in FeedTable.model_fields}
        return Feed(**values | {"headers": tuple(self.headers.items())})


class FeedsFile(Table):
    """config/feeds.toml: the watched feeds."""

    include: tuple[Pattern, ...] = Field(
        default=(),
        description='OPML files whose feeds are watched as well, below config/: `["lists/*.opml"]`.',
    )
    feed: tuple[FeedTable, ...] = Field(
        default=(), description="The watched feeds, one table each."
    )


class BoostTable(Table):
    """A query that adds points to a topic's match."""

    query: str = Field(description="What to look for.")
    points: StrictInt = Field(
        ge=-100, le=100, description="Added when it holds; negative ones count against."
    )


class TopicTable(Table):
    """`[topics.NAME]`: what is watched."""

    title: Line = Field(default="", description="The heading; without one, the name.")
    guide: str = Field(
        default="", max_length=10_000, description="In words: what belongs and what does not."
    )
    query: str = Field(description="What an entry must hold; gives 1 point.")
    boost: tuple[BoostTable, ...] = Field(
        default=(), max_length=200, description="Queries that add points or take some away."
    )
    floor: StrictInt = Field(
        default=1, ge=-1000, le=1000, description="The points an entry needs to match."
    )

    def topic(self, name: str) -> Topic:
        """Return the topic of that name."""
        return Topic(
            name=name,
            title=self.title or title_of(name),
            query=self.query.strip(),
            guide=self.guide,
            boosts=tuple(Boost(boost.query.strip(), boost.points) for boost in self.boost),
            floor=self.floor,
        )


class TopicsFile(Table):
    """config/topics.toml: what is watched for."""

    topics: dict[Name, TopicTable] = Field(default={}, description="The topics by name.")


class SearchTable(Table):
    """`[searches.NAME]`: a saved search."""

    title: Line = Field(default="", description="The heading; without one, the name.")
    query: str = Field(description="What it finds; other queries say `saved:NAME` for it.")
    sort: Literal["relevance", "newest"] = Field(
        default="newest", description="What its page shows first."
    )

    def search(self, name: str) -> SavedSearch:
        """Return the saved search of that name."""
        title = self.title or title_of(name)
        return SavedSearch(name=name, title=title, query=self.query.strip(), sort=self.sort)


class SearchesFile(Table):
    """config/searches.toml: the saved searches."""

    searches: dict[Name, SearchTable] = Field(default={}, description="The saved searches by name.")


def table_of(feed: Feed) -> dict[str, Any]:
    """Return a feed as its table in feeds.toml: what differs from the default, address first."""
    return {
        name: value
        for name, value in _as_written(feed).items()
        if name == "url" or value != _USUAL[name]
    }


def _as_written(feed: Feed) -> dict[str, Any]:
    values = {name: getattr(feed, name) for name in FeedTable.model_fields}
    every = None if feed.every is None else format_duration(feed.every)
    return values | {"every": every, "tags": list(feed.tags), "headers": dict(feed.headers)}


_USUAL = _as_written(Feed(url=""))
