"""The guard in front of a proxy, which is only ever the configured one."""

from __future__ import annotations

import pytest

from monitor.errors import UsageError
from monitor.fetch.client import FetchLimits
from monitor.fetch.guard import read_allowed
from monitor.fetch.resolving import refusal_by_name
from monitor.model.fetch import Fetched, FetchFailure
from tests.fetch.server import FEED, Server, answer, get, running


async def test_through_a_proxy_the_request_goes_to_the_proxy_and_nowhere_else(web: Server) -> None:
    web.routes["http://feeds.example/feed"] = [answer(200, FEED)]
    limits = FetchLimits(proxy=f"http://me:pass@127.0.0.1:{web.port}")
    outcome = await get("http://feeds.example/feed", limits)
    assert isinstance(outcome, Fetched)
    assert web.asked[0].values("Proxy-Authorization") == [b"Basic bWU6cGFzcw=="]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::1]", "10.0.0.1", "localhost",
             "localhost.", "intranet", "nas.local", "metadata.google.internal", "feeds.example:22"]
)  # fmt: skip
async def test_through_a_proxy_literal_addresses_and_inner_names_are_refused_before(
    web: Server, host: str
) -> None:
    limits = FetchLimits(proxy=f"http://127.0.0.1:{web.port}")
    outcome = await get(f"http://{host}/", limits)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind == "refused"
    assert web.connections == 0


def test_through_a_proxy_allowed_names_are_open() -> None:
    assert refusal_by_name("nas.local", 8080, read_allowed(("nas.local",))) == ""
    assert refusal_by_name("10.0.0.1", 80, read_allowed(("10.0.0.0/8",))) == ""
    assert refusal_by_name("feeds.example", 443, read_allowed(())) == ""


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "hunter2", "http://", "http://a:b:c"])
async def test_a_proxy_that_is_none_is_refused_without_repeating_it(proxy: str) -> None:
    with pytest.raises(UsageError, match="proxy") as raised:
        await get("http://feeds.example/", FetchLimits(proxy=proxy))
    assert "hunter2" not in str(raised.value)


async def test_proxies_of_the_environment_are_not_used(
    web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as canary:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, canary.url(""))
        assert isinstance(await get(web.on("/feed", answer(200, FEED))), Fetched)
        assert canary.connections == 0
