"""The tools of `monitor mcp`. Loaded only when it runs, as the package `mcp` is an extra."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from monitor import __version__
from monitor.errors import MonitorError
from monitor.service import assisting as citing
from monitor.service.instants import read_instant
from monitor.service.opened import OpenHome
from monitor.service.quoting import Quoting

INSTRUCTIONS = """\
A monitor of feeds on AI policy: what it has stored, read-only. Begin with `search` or `topics`; `show` gives \
one entry (e12) or story (s7) whole. Cite each entry by title, outlet, published and url, and name its id. \
A query is words, "phrases", AND, OR, NOT, title:word, outlet:name, topic:name, since:7d, after:2026-01-31. \
{quotes}"""

Shape = dict[str, Any]
Given = TypeVar("Given")
Limit = Annotated[int, Field(ge=1, le=citing.MOST_HITS, description="How many at most")]


def serve(home: OpenHome, clock: Callable[[], datetime]) -> None:
    """Answer an assistant on standard input and output until the input ends."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    server_of(home, clock).run("stdio")


def server_of(home: OpenHome, clock: Callable[[], datetime]) -> MCPServer[Any]:
    """Return the server with its tools."""
    quoting = Quoting()
    server: MCPServer[Any] = MCPServer(
        "ai-policy-monitor",
        title="AI policy monitor",
        instructions=INSTRUCTIONS.format(quotes=quoting.explained()),
        version=__version__,
        log_level="WARNING",
        subscriptions=False,
    )

    def search(
        query: Annotated[str, Field(max_length=2_000, description="A query, or just words")],
        sort: Annotated[
            Literal["relevance", "newest"], Field(description="Best first, or latest seen first")
        ] = "relevance",
        limit: Limit = 10,
    ) -> Shape:
        """Search the stored entries; each result has what a citation needs."""
        return _told(
            lambda: citing.found_for_citing(home.services(), quoting, query, sort, limit, clock())
        )

    def show(
        id: Annotated[str, Field(max_length=40, description="An entry, e12, or a story, s7")],  # noqa: A002
        offset: Annotated[
            int, Field(ge=0, le=10**7, description="Where in a long text to begin")
        ] = 0,
    ) -> Shape:
        """Show one entry with its text, or one story with all who report it and what changed."""
        return _told(lambda: citing.shown_for_citing(home.services(), quoting, id, offset))

    def topics() -> Shape:
        """List the topics that are watched: their names, what belongs to each, and their queries."""
        return _told(lambda: citing.topics_for_citing(home.services()))

    def matches(
        topic: Annotated[str, Field(max_length=200, description="A topic's name")],
        since: Annotated[
            str, Field(max_length=40, description="First seen since: 2026-11-23, or 7d")
        ] = "",
        limit: Limit = 10,
    ) -> Shape:
        """List the newest entries that match a topic."""
        return _told(
            lambda: citing.matches_for_citing(
                home.services(),
                quoting,
                topic,
                limit,
                read_instant(since, clock()) if since else None,
            )
        )

    def digests(
        edition: Annotated[
            str,
            Field(max_length=200, description="An edition's id; without it, the newest editions"),
        ] = "",
        limit: Limit = 10,
    ) -> Shape:
        """List the editions of digests that were sent, or show the stories of one."""
        return _told(lambda: citing.digests_for_citing(home.services(), quoting, edition, limit))

    hints = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for tool in (search, show, topics, matches, digests):
        server.add_tool(tool, annotations=hints)
    return server


def _told(work: Callable[[], Given]) -> Given:
    """Do the work; what goes wrong is told in the words that anybody gets."""
    try:
        return work()
    except MonitorError as error:
        raise ToolError(str(error)) from error
