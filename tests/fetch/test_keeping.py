"""Large bodies are kept on disk while they are read: PROMISES 5."""

from __future__ import annotations

import gzip
import resource
import signal
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.bodies import Decoder
from monitor.fetch.keeping import IN_MEMORY, Kept
from monitor.model.fetch import Fetched
from tests.fetch.server import Server, answer, get

PIECE = bytes(range(256)) * 300


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 200_000), max_size=12))
def test_what_is_kept_comes_back_whole(sizes: list[int]) -> None:
    kept = Kept()
    pieces = [PIECE[:1] * size if size % 2 else PIECE[: size % 70_000] for size in sizes]
    for piece in pieces:
        kept.add(piece)
    assert kept.value() == b"".join(pieces)
    assert kept.size == len(kept.value())
    kept.close()


async def test_promise_5_a_large_body_is_kept_on_disk_and_comes_back_whole(web: Server) -> None:
    body = PIECE * 60
    for reply in (
        answer(200, body),
        answer(200, gzip.compress(body), ("Content-Encoding", "gzip")),
    ):
        outcome = await get(web.on("/feed", reply))
        assert isinstance(outcome, Fetched)
        assert outcome.body == body


def test_promise_5_what_is_beyond_the_first_piece_is_not_in_memory() -> None:
    decoder = Decoder("gzip", 20_000_000)
    decoder.feed(gzip.compress(b"x" * 19_000_000))
    assert decoder._kept._on_disk
    assert decoder.size == 19_000_000
    assert decoder.finish() == b"x" * 19_000_000
    decoder.close()


def test_without_a_place_on_disk_it_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    kept = Kept()
    for _ in range(20):
        kept.add(PIECE)
    assert kept.value() == PIECE * 20
    kept.close()


@pytest.fixture
def small_disk() -> Iterator[int]:
    """Let no file grow beyond a million bytes, as on a disk that becomes full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    yield 1_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_a_disk_that_becomes_full_in_the_middle_is_done_without(small_disk: int) -> None:
    kept = Kept()
    count = small_disk // len(PIECE) * 3
    seen_on_disk = False
    for _ in range(count):
        kept.add(PIECE)
        seen_on_disk = seen_on_disk or kept._on_disk
    assert seen_on_disk
    assert not kept._on_disk
    assert kept.value() == PIECE * count
    assert kept.size > IN_MEMORY
    kept.close()
