"""The judge can fail: a rude client breaks each rule once, over the wire, and is found out."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.reference import judge, judge_waits
from tests.reference.clock import BEGIN, DAY, HOUR, MINUTE, Clock
from tests.reference.judge import Case, Rule, judged
from tests.reference.judge_waits import RULES, frb_034_bunched
from tests.reference.log import Answer, Visit
from tests.reference.publisher import Publisher
from tests.reference.server import Server, serving
from tests.reference.sites import PATH, FeedSite, MovedSite, refusal, retry_after

HOST = "rude.example"
GOOD = {"User-Agent": "reader/1.0 (+https://reader.example)", "Accept-Encoding": "gzip"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Clock()) as running:
        yield running
        assert running.faults == []


@dataclass
class Client:
    """A client that is polite unless it is told what to do instead."""

    server: Server
    got: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        after: timedelta = timedelta(0),
        *,
        method: str = "GET",
        target: str = PATH,
        conditional: bool = True,
        **fields: str | None,
    ) -> Client:
        """Let time pass and ask; fields are named as in Python, None leaves one out."""
        self.server.clock.forward(after)
        given = {name.replace("_", "-").title(): value for name, value in fields.items()}
        sent: dict[str, str | None] = {"Host": f"{HOST}:{self.server.port}", **GOOD}
        if conditional:
            sent |= self.got
        sent |= {
            "User-Agent" if name == "User-Agent" else name: value for name, value in given.items()
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        if answer.status == 200:
            pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
            self.got = {
                there: answer.headers[here] for here, there in pairs if answer.headers[here]
            }
        connection.close()
        return self


def site(**more: object) -> FeedSite:
    publisher = Publisher(marker="rude", rhythm="weekly", since=BEGIN)
    return FeedSite(**{"publisher": publisher, **more})  # type: ignore[arg-type]


def busy(**more: object) -> FeedSite:
    return site(publisher=Publisher(marker="rude", rhythm="steady", since=BEGIN, back=DAY), **more)


def second(answer: Callable[[datetime], Answer]) -> FeedSite:
    """Make a site whose second answer is another one."""
    return busy(trouble=lambda now, nth: answer(now) if nth == 2 else None)


def replaced_set(client: Client) -> None:
    client.server.sites[HOST] = busy(offers="both")
    client.ask().ask(2 * HOUR)
    date = client.got["If-Modified-Since"]
    client.server.sites[HOST] = busy(offers="etag")
    client.ask(2 * HOUR).ask(2 * HOUR, if_modified_since=date)


def two_at_once(client: Client) -> None:
    server = client.server
    server.gate = threading.Event()
    asking = [threading.Thread(target=Client(server).ask) for _ in range(2)]
    for each in asking:
        each.start()
        assert server.arrived.acquire(timeout=30)
    server.gate.set()
    for each in asking:
        each.join()


def moved(client: Client) -> None:
    there = client.server.url("elsewhere.example")
    client.server.sites[HOST] = MovedSite(busy(), lambda _: (301, there))
    for _ in range(4):
        client.ask(DAY)


def often(client: Client, *waits: timedelta) -> None:
    for wait in waits:
        client.ask(wait)


def given_up(client: Client) -> None:
    often(client, HOUR, 2 * HOUR)
    client.server.clock.forward(3 * DAY)


RUDE: dict[str, tuple[Rule, FeedSite, Callable[[Client], object]]] = {
    "a date in another form": (
        judge.frb_001_002_last_modified_goes_back_byte_for_byte,
        busy(),
        lambda client: client.ask().ask(2 * HOUR, if_modified_since="2026-03-02T00:00:00Z"),
    ),
    "an ETag without its quotes": (
        judge.frb_003_004_etag_goes_back_byte_for_byte,
        busy(),
        lambda client: client.ask().ask(2 * HOUR, if_none_match=client.got["If-None-Match"].strip('"')),
    ),
    "the epoch at first contact": (
        judge.frb_012_013_no_invented_validators,
        busy(),
        lambda client: client.ask(if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT"),
    ),
    "half of a new set with half of the old": (judge.frb_014_validators_are_one_set, busy(), replaced_set),
    "half of the set": (
        judge.frb_014_validators_are_one_set,
        busy(),
        lambda client: client.ask().ask(2 * HOUR, if_modified_since=None),
    ),
    "whole after a 429": (
        judge.frb_016_being_turned_away_wipes_nothing,
        second(lambda now: refusal(429, now)),
        lambda client: client.ask().ask(2 * HOUR).ask(5 * HOUR, conditional=False),
    ),
    "whole after an error": (
        judge.no_unconditional_request_after_an_error,
        second(lambda now: refusal(500, now)),
        lambda client: client.ask().ask(2 * HOUR).ask(5 * HOUR, conditional=False),
    ),
    "whole now and then": (
        judge.validators_are_never_forgotten,
        busy(),
        lambda client: client.ask().ask(12 * HOUR, conditional=False),
    ),
    "HEAD": (judge.frb_051_get_alone, busy(), lambda client: client.ask(method="HEAD")),
    "a cookie": (judge.nothing_is_added_to_a_request, busy(), lambda client: client.ask(cookie="a=b")),
    "a Referer": (judge.nothing_is_added_to_a_request, busy(), lambda client: client.ask(referer="x")),
    "an added query": (
        judge.the_address_is_left_as_it_is, busy(), lambda client: client.ask(target=PATH + "&t=1"),
    ),
    "a tidied address": (
        judge.the_address_is_left_as_it_is, busy(), lambda client: client.ask(target=PATH.lower()),
    ),
    "nobody": (
        judge.the_reader_says_who_it_is, busy(), lambda client: client.ask(user_agent="python/3.11"),
    ),
    "no gzip": (judge.gzip_is_accepted, busy(), lambda client: client.ask(accept_encoding=None)),
    "two at once": (judge.frb_033_one_request_at_a_time_to_a_host, busy(), two_at_once),
    "again after a 410": (
        judge.frb_114_a_410_ends_it,
        second(lambda now: refusal(410, now)),
        lambda client: often(client, *[DAY] * 3),
    ),
    "the old address on the fourth day": (
        judge.frb_130_132_a_moved_feed_is_not_asked_for_at_the_old_address, busy(), moved,
    ),
    "before Retry-After, in seconds": (
        judge_waits.frb_020_not_before_retry_after,
        second(lambda now: refusal(429, now, retry_after(now, 9 * HOUR, "seconds"))),
        lambda client: often(client, HOUR, 2 * HOUR, 8 * HOUR),
    ),
    "before Retry-After, a date": (
        judge_waits.frb_020_not_before_retry_after,
        second(lambda now: refusal(503, now, retry_after(now, 9 * HOUR, "date"))),
        lambda client: often(client, HOUR, 2 * HOUR, 8 * HOUR),
    ),
    "soon after a bare 503": (
        judge_waits.frb_021_a_bare_refusal_means_slow_down,
        second(lambda now: refusal(503, now)),
        lambda client: often(client, HOUR, 2 * HOUR, 3 * HOUR),
    ),
    "before max-age": (
        judge_waits.frb_022_not_before_max_age,
        busy(max_age=3 * 3600),
        lambda client: often(client, HOUR, 2 * HOUR),
    ),
    "before the max-age of a 304": (
        judge_waits.frb_022_not_before_max_age,
        site(max_age_304=4 * 3600),
        lambda client: often(client, HOUR, 2 * HOUR, 3 * HOUR),
    ),
    "before Expires": (
        judge_waits.frb_022_not_before_max_age,
        busy(expires=4 * HOUR),
        lambda client: often(client, HOUR, 3 * HOUR),
    ),
    "a quiet feed every hour": (
        judge_waits.frb_023_a_quiet_feed_is_asked_less, site(), lambda client: often(client, *[HOUR] * 30),
    ),
    "a quiet feed whose ETag flips": (
        judge_waits.frb_023_a_quiet_feed_is_asked_less,
        site(offers="flipping"),
        lambda client: often(client, *[3 * HOUR] * 20),
    ),
    "in a skipped hour": (
        judge_waits.frb_024_left_alone_when_the_feed_says_so,
        busy(skip_hours=(5,)),
        lambda client: often(client, HOUR, 4 * HOUR),
    ),
    "on a skipped day, after a 304": (
        judge_waits.frb_024_left_alone_when_the_feed_says_so,
        site(skip_days=(1,)),
        lambda client: often(client, HOUR, 4 * HOUR, 23 * HOUR),
    ),
    "before ttl": (
        judge_waits.frb_024_left_alone_when_the_feed_says_so,
        busy(ttl=240),
        lambda client: often(client, HOUR, 3 * HOUR),
    ),
    "every half hour": (
        judge_waits.at_most_hourly, busy(), lambda client: often(client, HOUR, HOUR, HOUR / 2),
    ),
    "whole documents every two hours": (
        judge_waits.at_most_daily_without_validators,
        busy(offers="none"),
        lambda client: often(client, *[2 * HOUR] * 3),
    ),
    "three times to subscribe": (
        judge_waits.one_get_to_subscribe,
        busy(),
        lambda client: often(client, HOUR, timedelta(seconds=1), timedelta(seconds=1)),
    ),
    "failing hour by hour": (
        judge_waits.frb_110_119_failures_back_off,
        busy(trouble=lambda now, _: refusal(500, now)),
        lambda client: often(client, *[HOUR + MINUTE] * 4),
    ),
    "given up after errors": (
        judge_waits.a_feed_is_never_given_up,
        second(lambda now: refusal(500, now)),
        given_up,
    ),
}  # fmt: skip


def visits(server: Server) -> list[Visit]:
    return server.at(HOST)


@pytest.mark.parametrize(("rule", "served", "rudeness"), RUDE.values(), ids=RUDE)
def test_the_judge_finds_it(
    server: Server, rule: Rule, served: FeedSite, rudeness: Callable[[Client], object]
) -> None:
    served.asked = 0
    server.sites[HOST] = served
    rudeness(Client(server))
    found = judged(Case(visits(server), PATH, server.clock.now), RULES)
    assert rule.__name__ in {violation.rule for violation in found}


def test_each_rule_is_broken_by_somebody() -> None:
    assert {rule for rule, _, _ in RUDE.values()} == set(RULES)


def test_a_polite_client_breaks_none(server: Server) -> None:
    every = Publisher(marker="rude", rhythm="steady", since=BEGIN, back=9 * DAY, every=4 * HOUR)
    server.sites[HOST] = site(publisher=every)
    client = Client(server)
    for _ in range(60):
        client.ask(90 * MINUTE)
    assert judged(Case(visits(server), PATH, server.clock.now), RULES) == []
    assert {visit.answer.status for visit in visits(server)} == {200, 304}


def test_frb_034_a_bunch_is_seen() -> None:
    once = Visit(
        at=BEGIN, host=HOST, method="GET", target=PATH, fields=(), answer=Answer(status=304)
    )
    assert frb_034_bunched([once] * 30, per_hour=60) != []
    assert frb_034_bunched([once] * 5, per_hour=60) == []
