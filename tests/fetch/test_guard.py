"""The guard: PROMISES 4 and bad inputs 27 to 29 and 38."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpcore
import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.fetch.failures import Stop
from monitor.fetch.guard import read_allowed
from monitor.fetch.network import GuardedBackend
from monitor.fetch.resolving import numeric
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest
from tests.fetch.server import FEED, TLS, Server, answer, get, running
from tests.fetch.spellings import SPELLINGS

STRICT = FetchLimits()
NOBODY = read_allowed(())


async def local_names(host: str, port: int) -> list[str]:
    """Resolve as the system does, but ask no name server: every other name is unknown."""
    name = host.rstrip(".").lower()
    if name in ("localhost", "a.localhost", "loopback.test"):
        return ["127.0.0.1"]
    return numeric(name, port)


@pytest.fixture
async def canary() -> AsyncIterator[Server]:
    """A server that nobody may connect to."""
    async with running() as server:
        server.on("/", answer(200, FEED))
        yield server
        assert server.connections == 0


def test_there_are_70_spellings() -> None:
    assert len(set(SPELLINGS)) >= 70


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_27_no_spelling_of_a_private_address_is_connected_to(
    canary: Server, spelling: str
) -> None:
    async with Fetcher(STRICT, "0.1", resolve=local_names, tls=TLS) as fetcher:
        for url in (canary.url("/", spelling), f"http://{spelling}/"):
            outcome = await fetcher.fetch(FetchRequest(url=url))
            assert isinstance(outcome, FetchFailure)
            assert outcome.kind in ("refused", "bad-url", "dns")


@pytest.mark.parametrize("spelling", ["127.1", "2130706433", "0x7f.1", "localhost", "0", "[::1]"])
async def test_27_the_systems_own_resolver_is_checked_after_it_answered(
    canary: Server, spelling: str
) -> None:
    outcome = await get(canary.url("/", spelling), STRICT)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind in ("refused", "dns")


async def test_27_the_message_does_not_tell_an_open_port_from_a_closed_one(canary: Server) -> None:
    async with running() as gone:
        closed = gone.url("/")
    messages = set()
    for url in (canary.url("/"), closed, "http://127.0.0.1/", "http://127.0.0.1:22/"):
        outcome = await get(url, STRICT)
        assert isinstance(outcome, FetchFailure)
        assert outcome.kind == "refused"
        messages.add(outcome.message)
    assert len(messages) == 1


async def test_28_a_name_with_a_public_and_a_private_address_is_refused(canary: Server) -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    async with Fetcher(STRICT, "0.1", resolve=both, tls=TLS) as fetcher:
        for url in (canary.url("/", "rebind.test"), "http://rebind.test/"):
            outcome = await fetcher.fetch(FetchRequest(url=url))
            assert isinstance(outcome, FetchFailure)
            assert outcome.kind == "refused"


async def test_28_a_name_that_turns_private_on_the_next_hop_is_refused(web: Server) -> None:
    """127.0.0.1 is opened and stands for a public address, 127.0.0.2 for a private one."""
    asked: list[str] = []

    async def lying(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1" if len(asked) == 1 else "127.0.0.2"]

    limits = FetchLimits(allow_private=("127.0.0.1",))
    async with running("127.0.0.2") as hidden:
        web.on("/", answer(302, b"", ("Location", hidden.url("/secret", "rebind.test"))))
        async with Fetcher(limits, "0.1", resolve=lying, tls=TLS) as fetcher:
            outcome = await fetcher.fetch(FetchRequest(url=web.url("/", "rebind.test")))
        assert hidden.connections == 0
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "refused"
    assert len(web.asked) == 1


async def test_28_a_name_is_resolved_once_for_each_connection(web: Server) -> None:
    asked: list[tuple[str, int]] = []

    async def counting(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    limits = FetchLimits(allow_private=("127.0.0.1",))
    web.on("/", answer(200, FEED))
    async with Fetcher(limits, "0.1", resolve=counting, tls=TLS) as fetcher:
        outcome = await fetcher.fetch(FetchRequest(url=web.url("/", "Feeds.TEST")))
    assert isinstance(outcome, Fetched)
    assert asked == [("feeds.test", web.port)]
    assert web.asked[0].values("Host") == [f"feeds.test:{web.port}".encode()]


async def test_38_the_next_address_is_tried_when_the_first_does_not_answer(web: Server) -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    limits = FetchLimits(allow_private=("127.0.0.0/8",))
    web.on("/", answer(200, FEED))
    async with Fetcher(limits, "0.1", resolve=two, tls=TLS) as fetcher:
        assert isinstance(await fetcher.fetch(FetchRequest(url=web.url("/", "a.test"))), Fetched)


@pytest.mark.parametrize(
    "url",
    [
        r"http://127.0.0.1\@public.example/",
        "http://public.example#@127.0.0.1/",
        "http://public.example#a@127.0.0.1/",
        "http://public.example?a#@127.0.0.1/",
        "http://user:hunter2@public.example/",
        "http://user:hunter2@public.example?mail=a@b.c",
        "http://hunter2@public.example/",
        "http://127.0.0.1:80@public.example/",
        "http://[::1]@public.example/",
        "http://public.example?@127.0.0.1/",
        r"http:\\127.0.0.1/",
        r"http://public.example\.127.0.0.1/",
        "http://public.example /",
        "http://a b/",
        "http://a%00b/",
        "http://a\r\nHost: b/",
        "http:///feed",
        "http:127.0.0.1",
        "http://public.example:99999/",
        "http://public.example:x/",
        "http://" + "a" * 300 + ".example/",
        "http://public.example/" + "a" * 9000,
        "http://[::1/",
        "http://",
    ],
)
async def test_29_an_address_with_user_info_or_two_readings_is_no_address(url: str) -> None:
    outcome = await get(url, STRICT)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "bad-url"
    assert "hunter2" not in repr(outcome)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "gopher://a/", "data:,x", "feeds.example", ""]
)
async def test_only_http_and_https_are_let_out(url: str) -> None:
    outcome = await get(url, STRICT)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "refused"
    assert "http and https" in outcome.message


@pytest.mark.parametrize("host", ["bücher.test", "xn--bcher-kva.test", "BÜCHER.test"])
async def test_38_idn_works_in_both_forms(web: Server, host: str) -> None:
    asked = []

    async def there(name: str, port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"]

    web.on("/", answer(200, FEED), answer(404))
    async with Fetcher(FetchLimits(allow_private=("127.0.0.1",)), "0.1", resolve=there) as fetcher:
        first = await fetcher.fetch(FetchRequest(url=web.url("/", host)))
        second = await fetcher.fetch(FetchRequest(url=web.url("/", host)))
    assert isinstance(first, Fetched)
    assert asked == ["xn--bcher-kva.test"] * 2
    assert isinstance(second, FetchFailure)
    assert "xn--bcher-kva.test" in second.message
    assert "bücher.test" in second.message


async def test_38_ipv6_only_hosts_and_trailing_dots_work() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        async with running("::1") as server:
            server.on("/", answer(200, FEED))
            limits = FetchLimits(allow_private=("::1",))

            async def there(name: str, port: int) -> list[str]:
                return ["::1"]

            async with Fetcher(limits, "0.1", resolve=there, tls=TLS) as fetcher:
                for host in ("[::1]", "six.test", "six.test."):
                    outcome = await fetcher.fetch(FetchRequest(url=server.url("/", host)))
                    assert isinstance(outcome, Fetched), outcome
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


async def rebound(tries: int) -> None:
    """Ask a name again and again whose addresses change with each look-up, as hop and at first.

    127.0.0.1 is opened and stands for a public address, 127.0.0.2 for a private one.
    """
    answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"]]
    counts: Counter[str] = Counter()
    looked_up = 0
    chance = random.Random(28)

    async def lying(host: str, port: int) -> list[str]:
        nonlocal looked_up
        looked_up += 1
        return chance.choice(answers)

    limits = FetchLimits(allow_private=("127.0.0.1",))
    async with running() as web, running("127.0.0.2") as hidden:
        web.on("/", answer(200, FEED))
        for hops in range(3):
            web.on(f"/{hops}", answer(302, b"", ("Location", f"/{hops - 1}" if hops else "/")))
        hidden.on("/", answer(200, b"secret"))
        async with Fetcher(limits, "0.1", resolve=lying, tls=TLS) as fetcher:
            for number in range(tries):
                start = [web.url("/", "re.test"), hidden.url("/", "re.test")][number % 2]
                if number % 3:
                    start = web.url(f"/{number % 3}", "re.test")
                outcome = await fetcher.fetch(FetchRequest(url=start))
                kind = outcome.kind if isinstance(outcome, FetchFailure) else "fetched"
                counts[kind] += 1
                assert not isinstance(outcome, Fetched) or outcome.body == FEED
        assert hidden.connections == 0
    assert looked_up >= tries
    assert counts["fetched"] > 0
    assert counts["refused"] > tries / 4


async def test_28_promise_4_200_rebinding_tries_reach_nothing_private() -> None:
    await rebound(200)


@pytest.mark.long
async def test_28_promise_4_2000_rebinding_tries_reach_nothing_private() -> None:
    await rebound(2000)


async def test_27_promise_4_a_refusal_comes_before_any_connection_is_tried() -> None:
    """So that neither its words nor its time can depend on what is behind the address."""
    tried: list[str] = []

    class Watched(httpcore.AnyIOBackend):
        async def connect_tcp(self, host: str, *more: Any, **options: Any) -> Any:
            tried.append(host)
            raise httpcore.ConnectError("nobody there")

    backend = GuardedBackend(NOBODY, 50_000)
    backend._inner = Watched()
    for port in (80, 443, 22, 8080):
        with pytest.raises(Stop) as stopped:
            await backend.connect_tcp("127.0.0.1", port)
        assert stopped.value.kind == "refused"
    assert tried == []
    with pytest.raises(Stop):
        await backend.connect_tcp("1.1.1.1", 80)
    assert tried == ["1.1.1.1"]
