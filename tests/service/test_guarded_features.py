"""Every feature that makes a request, led to every spelling of a private address: PROMISES 4.

Canaries listen on loopback; nobody may connect to them. The site the attack starts from is opened
in `allow_private` by its exact address and port.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

import pytest

from monitor.deliver.sending import send
from monitor.errors import DeliveryError, SettingsError
from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.delivery import OutMessage
from monitor.model.digest import ChannelName, Recipient
from monitor.model.edition import Rendered
from monitor.model.feed import Feed
from monitor.model.fetch import FetchFailure
from monitor.parse.addresses import canonical_url
from monitor.service.models import guarded_ask
from monitor.service.summary_check import check_summaries
from monitor.service.ways import ways_of
from monitor.service.wiring import open_services, utc_now
from monitor.settings.edit import add_feeds
from monitor.settings.home import Home
from monitor.settings.read import load
from tests.conftest import Command, Ran
from tests.fetch.server import TLS
from tests.fetch.spellings import SPELLINGS
from tests.project.tree import MODULES, imports, module_name
from tests.site import Page, Site, rss


@dataclass
class Canary:
    """Sockets on loopback at one port; `accepted` counts who connected."""

    port: int
    sockets: list[socket.socket] = field(default_factory=list)

    def urls(self) -> list[str]:
        return [f"http://{spelling}:{self.port}/feed" for spelling in SPELLINGS]

    def accepted(self) -> int:
        count = 0
        for listening in self.sockets:
            while True:
                try:
                    listening.accept()[0].close()
                except BlockingIOError:
                    break
                count += 1
        return count


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Listen on 127.0.0.1, 127.0.0.2 and, where there is IPv6, ::1."""
    first = socket.create_server(("127.0.0.1", 0))
    port = first.getsockname()[1]
    watched = Canary(port, [first, socket.create_server(("127.0.0.2", port))])
    if socket.has_ipv6:
        with contextlib.suppress(OSError):  # this machine may have no IPv6 loopback
            watched.sockets.append(socket.create_server(("::1", port), family=socket.AF_INET6))
    for each in watched.sockets:
        each.setblocking(False)
    yield watched
    for each in watched.sockets:
        each.close()


@dataclass
class Walk:
    """One home under attack."""

    home: Path
    site: Site
    canary: Canary
    run: Command

    def watch(self, urls: list[str]) -> int:
        """Put addresses into feeds.toml, those that may stand there; return how many."""
        added = add_feeds(Home(self.home), [Feed(url=url) for url in urls])
        assert len(added.feeds) + len(added.already) + len(added.left_out) == len(urls)
        return len(added.feeds)

    def fetched(self, feeds: int) -> Ran:
        """Fetch all; every feed must have failed, and none of them as an open or a closed port."""
        result = self.run("fetch", "--all")
        counts = self.run("feeds", "list", "--json").json["feeds"]
        assert len(counts) == feeds
        assert "Connection refused" not in result.err
        return result


@pytest.fixture
def walk(home: Path, site: Site, canary: Canary, in_home: Command) -> Walk:
    host = site.base.removeprefix("http://")
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text().replace('"127.0.0.0/8"', f'"{host}"'))
    assert in_home("feeds", "list").status == 0
    return Walk(home, site, canary, in_home)


def polling(walk: Walk) -> None:
    feeds = walk.watch(walk.canary.urls())
    assert feeds > 60
    walk.fetched(feeds)
    states = {feed["state"] for feed in walk.run("feeds", "list", "--json").json["feeds"]}
    assert states == {"failing"}


def adding(walk: Walk) -> None:
    said = [walk.run("feeds", "add", url) for url in walk.canary.urls()]
    assert {each.status for each in said} <= {0, 1, 2}
    fetched = walk.run("fetch", "--all")
    # Whether adding asks the address or not: somebody has, and was told the same thing each time.
    assert sum("not public" in each.err for each in (*said, fetched)) > 0


def editing(walk: Walk) -> None:
    walk.site.pages["/feed"] = Page(rss(("1", "One", "x")))
    walk.watch([walk.site.url("/feed")])
    walk.run("fetch")
    for url in walk.canary.urls()[::6]:
        if walk.run("feeds", "edit", "1", "--url", url).status == 0:
            assert walk.run("fetch", "--all", "--json").json["failed"] == 1


def previewing(walk: Walk) -> None:
    said = [walk.run("feeds", "discover", url) for url in walk.canary.urls()]
    assert {each.status for each in said} <= {1, 2}
    assert sum("not public" in each.err for each in said) > 60


def discovering(walk: Walk) -> None:
    links = "".join(
        f"<link rel='alternate' type='application/rss+xml' href={quoteattr(url)}>"
        for url in walk.canary.urls()
    )
    page = f"<html><head><link rel='icon' href={quoteattr(walk.canary.urls()[0])}>{links}</head></html>"
    walk.site.pages["/"] = Page(page.encode(), content_type="text/html")
    walk.run("feeds", "discover", walk.site.url("/"))
    assert walk.site.asked
    walk.run("feeds", "add", walk.site.url("/"))
    walk.run("fetch", "--all")


def redirecting(walk: Walk) -> None:
    for status in (301, 302, 307):
        for number, url in enumerate(walk.canary.urls()):
            location = {"Location": url.encode().decode("latin-1")}
            path = f"/{status}/{number}"
            walk.site.pages[path] = Page(b"", status, headers=location, etag=False)
    urls = [walk.site.url(path) for path in walk.site.pages]
    walk.fetched(walk.watch(urls))
    assert {asked.status for asked in walk.site.asked} == {301, 302, 307}
    assert len(walk.site.asked) == len(urls)
    walk.run("feeds", "check")
    for url in urls[:: len(SPELLINGS) // 4]:
        walk.run("feeds", "discover", url)


def importing(walk: Walk) -> None:
    outlines = "".join(
        f"<outline type='rss' text='{number}' xmlUrl={quoteattr(url)} htmlUrl={quoteattr(url)}/>"
        for number, url in enumerate(walk.canary.urls())
    )
    opml = walk.home / "config" / "lists" / "in.opml"
    opml.write_text(f"<opml version='2.0'><head/><body>{outlines}</body></opml>")
    assert walk.run("feeds", "import", opml, "--json").json["added"]
    walk.run("fetch", "--all")
    (walk.home / "config" / "feeds.toml").write_text('include = ["lists/*.opml"]\n')
    walk.run("fetch", "--all")


def checking(walk: Walk) -> None:
    walk.watch(walk.canary.urls())
    checked = walk.run("feeds", "check", "--json").json["feeds"]
    assert checked
    assert not any(each["ok"] for each in checked)


def examining(walk: Walk) -> None:
    for url in walk.canary.urls()[::3]:
        (walk.home / "config" / "feeds.toml").write_text("")
        if walk.watch([url]):
            assert "bad" in walk.run("doctor").out


def reading(walk: Walk) -> None:
    """Let a document name every address in every place one can stand, with all that fetches on."""
    for number, url in enumerate(walk.canary.urls()):
        walk.site.pages[f"/{number}"] = Page(
            _naming(url),
            headers={
                "Link": f'<{url.encode("ascii", "ignore").decode()}>; rel="hub", '
                f'<{walk.site.url(f"/{number}")}>; rel="self"'
            },
        )
    urls = [walk.site.url(path) for path in walk.site.pages]
    assert walk.watch(urls) == len(urls)
    walk.run("fetch", "--all")
    assert walk.run("db", "stats", "--json").json["entries"] == len(urls)
    for path, page in walk.site.pages.items():
        page.body = _naming(f"{walk.canary.urls()[0]}{path}", guid="2")
    walk.run("fetch", "--all")


def _naming(url: str, guid: str = "1") -> bytes:
    written = quoteattr(url)
    return (
        f"<?xml version='1.0'?><?xml-stylesheet href={written}?>"
        f"<!DOCTYPE rss SYSTEM {written}>"
        "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom' "
        "xmlns:m='http://search.yahoo.com/mrss/' xmlns:xi='http://www.w3.org/2001/XInclude'><channel>"
        f"<title>Entity list</title><link>{url}</link><a:link rel='hub' href={written}/>"
        f"<a:link rel='prev-archive' href={written}/><a:link rel='next' href={written}/>"
        f"<image><url>{url}</url></image><cloud domain='127.0.0.1' port='80' path='/'/>"
        f"<xi:include href={written}/>"
        f"<item><guid>{guid}</guid><title>Entity list of chips</title><link>{url}</link>"
        f"<enclosure url={written} type='audio/mpeg' length='1'/><m:content url={written}/>"
        f"<comments>{url}</comments><source url={written}>x</source>"
        f"<description>&lt;img src={written}&gt; export controls</description></item>"
        "</channel></rss>"
    ).encode()


def taking_pages(walk: Walk) -> None:
    """Let entries link to every address, and to pages and a robots.txt that redirect there.

    Each host once, as it pauses between two pages of one. "redirect hop" takes every address.
    """
    pytest.importorskip("trafilatura", reason="needs the extra `fulltext`")
    by_host = {urlsplit(canonical_url(url)).hostname: url for url in reversed(walk.canary.urls())}
    inside = [url.partition("#")[0].rstrip("/") + "/an/article" for url in by_host.values()]
    walk.site.pages["/robots.txt"] = Page(b"", 302, headers={"Location": inside[0]}, etag=False)
    for number, url in enumerate(inside[:2]):
        walk.site.pages[f"/page/{number}"] = Page(b"", 302, headers={"Location": url}, etag=False)
    links = [*inside, *(walk.site.url(f"/page/{number}") for number in range(2))]
    items = "".join(
        f"<item><guid>{number}</guid><title>Entity list {number}</title><link>{escape(link)}</link>"
        "<description>export controls</description></item>"
        for number, link in enumerate(links)
    )
    walk.site.pages["/feed"] = Page(
        f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()
    )
    feeds = walk.home / "config" / "feeds.toml"
    feeds.write_text(f"[[feed]]\nurl = '{walk.site.url('/feed')}'\nfull_text = true\n")
    pages = walk.run("fetch", "--json").json["pages"]
    assert pages["taken"] == 0
    assert pages["failed"] > 50


def a_body_that_is_an_address(walk: Walk) -> None:
    for number, url in enumerate(walk.canary.urls()):
        walk.site.pages[f"/{number}"] = Page(url.encode())
    walk.watch([walk.site.url(path) for path in walk.site.pages])
    walk.run("fetch", "--all")


FEATURES: dict[str, Callable[[Walk], None]] = {
    "poll": polling,
    "add": adding,
    "edit": editing,
    "preview": previewing,
    "discovery": discovering,
    "redirect hop": redirecting,
    "OPML": importing,
    "feed check": checking,
    "doctor": examining,
    "what a document names": reading,
    "full text": taking_pages,
    "a body that is an address": a_body_that_is_an_address,
}


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
def test_promise_4_no_feature_connects_to_a_private_address(
    walk: Walk, feature: Callable[[Walk], None]
) -> None:
    feature(walk)
    assert walk.canary.accepted() == 0


async def test_promise_4_no_post_to_a_hub_connects_to_a_private_address(canary: Canary) -> None:
    async with Fetcher(FetchLimits(), "0.1", tls=TLS) as fetcher:
        for url in canary.urls():
            outcome = await fetcher.post(url, [("hub.mode", "subscribe")])
            assert isinstance(outcome, FetchFailure)
            assert outcome.kind in ("refused", "bad-url", "dns"), url
    assert canary.accepted() == 0


@pytest.mark.parametrize("channel", ["webhook", "slack", "teams"])
def test_promise_4_no_message_goes_to_a_private_address(
    canary: Canary, home: Path, channel: ChannelName
) -> None:
    message = OutMessage(
        id="daily-1",
        list_name="daily",
        title="Daily",
        rendered=Rendered("Subject", "", "", "", '{"digest": "daily", "sections": []}'),
        created_at=utc_now(),
        message_id="<1@monitor.example>",
    )
    (home / "config" / "monitor.toml").write_text("")  # nothing is opened
    with open_services(Home(home), utc_now()) as services:
        for url in canary.urls():
            to = Recipient(channel, url if channel == "webhook" else "ADDRESS")
            with pytest.raises(DeliveryError) as refused:
                send(to, message, ways_of(services, {"ADDRESS": url}), lambda: None)
            assert refused.value.outcome != "unknown", url
    assert canary.accepted() == 0


def test_promise_4_no_model_is_asked_at_a_private_address(canary: Canary, home: Path) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text("")  # nothing is opened
    ask = guarded_ask(load(Home(home)).fetch)
    for url in canary.urls():
        assert isinstance(ask(url, b"{}", (), 2.0), FetchFailure), url
        settings.write_text(f"[summaries]\nserver = {url!r}\nmodel = 'm'\n")
        with contextlib.suppress(SettingsError):  # some spellings are refused there already
            said = check_summaries(load(Home(home)), {})
            assert said is not None, url
            assert not said[0], url
    assert canary.accepted() == 0


def test_the_canaries_would_notice(canary: Canary) -> None:
    for each in canary.sockets:
        socket.create_connection(each.getsockname()[:2]).close()
    assert canary.accepted() == len(canary.sockets)


ASKS = {
    "service.discovering", "service.doctor", "service.fulltext", "service.models",
    "service.posting", "service.refreshing", "service.summary_check",
}  # fmt: skip
"""Modules that have a `Fetcher`, each of them walked above."""


def test_every_module_that_makes_a_request_is_walked() -> None:
    asking = {
        module_name(path).removeprefix("monitor.")
        for path in MODULES
        if "monitor.fetch.client" in imports(path)
    }
    assert asking == ASKS, "walk its feature above, then name it in ASKS"
