"""Many ordinary feeds at a few hosts: for restarts, sleep, clocks gone wrong, several schedulers."""

from __future__ import annotations

from pathlib import Path

from monitor.settings.home import Home
from tests.reference.clock import BEGIN, DAY, HOUR
from tests.reference.driving import make_home
from tests.reference.judge import Case, Rule, Violation, by_feed, judged
from tests.reference.judge_waits import RULES, a_feed_is_never_given_up
from tests.reference.publisher import Publisher
from tests.reference.server import Server
from tests.reference.sites import FeedSite, SharedSite


def settle(server: Server, root: Path, *, hosts: int = 4, feeds: int = 12) -> Home:
    """Put `feeds` feeds on `hosts` hosts, each with something new every two hours; watch them all."""
    shared: dict[str, SharedSite] = {}
    urls = []
    for number in range(feeds):
        name = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
        host, path = f"host{number % hosts}.example", f"/{name}.xml"
        publisher = Publisher(
            marker=name, rhythm="steady", since=BEGIN, back=DAY, every=2 * HOUR, keep=40
        )
        shared.setdefault(host, SharedSite({})).feeds[path] = FeedSite(
            publisher=publisher, path=path
        )
        urls.append(server.url(host, path))
    server.sites |= shared
    return make_home(root, urls)


def violations(
    server: Server, *, leave_out: tuple[Rule, ...] = (a_feed_is_never_given_up,)
) -> list[Violation]:
    """Judge every feed of the log by all rules but these."""
    rules = [rule for rule in RULES if rule not in leave_out]
    return [
        violation
        for (_, target), visits in by_feed(server.visits).items()
        for violation in judged(Case(visits, target, server.clock.now), rules)
    ]


def requests(server: Server) -> dict[str, int]:
    """Count the requests to each feed."""
    return {
        f"{host}{target}": len(visits) for (host, target), visits in by_feed(server.visits).items()
    }
