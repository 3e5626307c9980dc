"""One bad server costs a bounded amount: PROMISES 5, each of the 24 once with small limits."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.fetch.client import Fetcher, FetchLimits
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, FetchRequest
from tests.fetch.certificates import make_certificates, trusting_context
from tests.fetch.hostile_servers import HOSTILE, Hostile, serving
from tests.fetch.server import FEED, LOOPBACK

SMALL = FetchLimits(
    allow_private=LOOPBACK, timeout=timedelta(seconds=1), max_wire=100_000, max_decoded=200_000
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is needed to make certificates")
    folder = tmp_path_factory.mktemp("tls")
    make_certificates(folder)
    return folder


def ended(outcome: FetchOutcome) -> str:
    if isinstance(outcome, Fetched):
        return "broke off" if outcome.broke_off else "fetched"
    return outcome.kind if isinstance(outcome, FetchFailure) else "not modified"


def test_there_are_24_of_them() -> None:
    assert len({hostile.name for hostile in HOSTILE}) == 24
    assert sum(hostile.tls != "" for hostile in HOSTILE) == 8


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
async def test_promise_5_a_hostile_server_costs_a_bounded_amount(
    hostile: Hostile, certificates: Path
) -> None:
    async with (
        serving(hostile, certificates) as url,
        Fetcher(SMALL, "0.1", tls=trusting_context(certificates)) as fetcher,
        asyncio.timeout(30),  # of the test, where the fetch's own would not hold
    ):
        outcome = await fetcher.fetch(FetchRequest(url=url))
    assert ended(outcome) in hostile.ends, outcome
    if isinstance(outcome, Fetched):
        assert outcome.body == FEED
    # Six answers at most, each with its headers and what one read may bring beyond the cap.
    each = SMALL.max_header_bytes + SMALL.max_wire + 2 * 65_536
    assert outcome.wire_bytes <= 6 * each
    if isinstance(outcome, FetchFailure):
        assert outcome.message.endswith(".")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TLS expired", "expired"),
        ("TLS self-signed", "self-signed"),
        ("TLS wrong host", "127.0.0.1"),
        ("TLS unknown authority", "unable to get local issuer"),
        ("TLS 1.0 only", "TLS"),
        ("TLS reset in the handshake", "broke off during the TLS handshake"),
        ("TLS spoken as plain HTTP", "does not speak TLS"),
    ],
)
async def test_32_a_bad_certificate_is_told_with_its_reason(
    name: str, words: str, certificates: Path
) -> None:
    (hostile,) = (each for each in HOSTILE if each.name == name)
    async with (
        serving(hostile, certificates) as url,
        Fetcher(SMALL, "0.1", tls=trusting_context(certificates)) as fetcher,
    ):
        outcome = await fetcher.fetch(FetchRequest(url=url))
    assert isinstance(outcome, FetchFailure)
    assert words in outcome.message


async def test_32_the_good_certificate_of_these_is_accepted(certificates: Path) -> None:
    good = Hostile("good", next(h.answers for h in HOSTILE if h.tls), frozenset(), "good")
    async with (
        serving(good, certificates) as url,
        Fetcher(SMALL, "0.1", tls=trusting_context(certificates)) as fetcher,
    ):
        assert isinstance(await fetcher.fetch(FetchRequest(url=url)), Fetched)
