"""The worker pool under hostile documents. Each test bounds what it waits for."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model.entry import ParsedFeed, ParseFailure, ParseOutcome
from monitor.service.workers import GivenUp, ParserPool

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MEGABYTE = 1 << 20
GOOD = (
    b'<rss version="2.0"><channel><title>L</title><item><title>One</title></item></channel></rss>'
)


def pool(seconds: float = 1, memory: int = 512 * MEGABYTE, workers: int = 1) -> ParserPool:
    return ParserPool(workers, seconds, memory)


async def parse(parsers: ParserPool, body: bytes) -> ParseOutcome:
    async with asyncio.timeout(60):
        return await parsers.parse(body, url="https://a.example/feed", content_type="", now=NOW)


def item(inside: bytes) -> bytes:
    return b'<rss version="2.0"><channel><item>' + inside + b"</item></channel></rss>"


def attributes(count: int) -> bytes:
    many = b" ".join(b'a%d="x"' % number for number in range(count))
    return b'<rss version="2.0"><channel><item ' + many + b"/></channel></rss>"


def children(parsers: ParserPool) -> list[int]:
    """Return the process ids of the pool's workers."""
    pools = [*parsers._idle, *parsers._at_work]
    return [pid for each in pools for pid in each._pool_manager.worker_manager.workers]


def busy(parsers: ParserPool) -> bool:
    return any(task and task.running() for task in parsers._at_work.values())


async def test_a_document_comes_back_as_the_parser_made_it() -> None:
    with pool() as parsers:
        outcome = await parse(parsers, GOOD)
        assert isinstance(outcome, ParsedFeed)
        assert [entry.title for entry in outcome.entries] == ["One"]
        page = await parse(parsers, b"<html><title>Sign in</title></html>")
        assert isinstance(page, ParseFailure)
        assert page.page_title == "Sign in"


async def test_40_a_flood_of_attributes_is_given_up_at_the_cpu_cap_and_the_next_one_parsed() -> (
    None
):
    with pool() as parsers:
        outcome = await parse(parsers, attributes(200_000))
        assert isinstance(outcome, ParseFailure)
        assert outcome.kind == "too-complex"
        assert "1 s of CPU time" in outcome.message or "3 s" in outcome.message
        assert "parse_seconds" in outcome.message
        assert isinstance(await parse(parsers, GOOD), ParsedFeed)


@pytest.mark.parametrize(
    "author", [b"a" * 300_000, b"a@" * 100_000, b"a." * 100_000 + b"@b.example"]
)
async def test_40_a_huge_author_costs_next_to_nothing(author: bytes) -> None:
    with pool(seconds=10) as parsers:
        outcome = await parse(parsers, item(b"<title>One</title><author>" + author + b"</author>"))
        assert isinstance(outcome, ParsedFeed)
        assert len(outcome.entries[0].author) <= 200


async def test_40_thousands_of_categories_cost_next_to_nothing() -> None:
    with pool(seconds=10) as parsers:
        many = b"".join(b"<category>c%d</category>" % number for number in range(60_000))
        assert isinstance(await parse(parsers, item(many)), ParsedFeed)


@pytest.mark.parametrize(
    "page", [b"<!--" * 70_000, b"<a " * 100_000, b"</" * 150_000, b"<?" * 150_000]
)
async def test_40_a_page_of_broken_tags_costs_next_to_nothing(page: bytes) -> None:
    with pool(seconds=10) as parsers:
        outcome = await parse(parsers, b"<html><title>x</title>" + page * 3)
        assert isinstance(outcome, ParseFailure)
        assert outcome.kind == "not-a-feed"


async def test_40_skip_hours_over_and_over_cost_next_to_nothing() -> None:
    with pool(seconds=10) as parsers:
        body = b"<rss><channel><title>x</title>" + b"<skipHours>" * 100_000 + b"</channel></rss>"
        assert isinstance(await parse(parsers, body), ParsedFeed)


def bomb(size: int, uses: int) -> bytes:
    entity = b'<!DOCTYPE rss [<!ENTITY q "' + b"q" * size + b'">]>'
    return entity + item(b"<title>" + b"&q;" * uses + b"</title>")


async def test_39_entity_bombs_stay_within_the_memory_of_the_product() -> None:
    with pool(seconds=10, memory=400_000_000) as parsers:
        for body in (bomb(50_000, 20_000), bomb(9_000, 100), bomb(10, 90_000)):
            outcome = await parse(parsers, body)
            if isinstance(outcome, ParseFailure):
                assert "grow by more than 1 MB" in outcome.message
        assert isinstance(await parse(parsers, GOOD), ParsedFeed)


async def test_41_floods_end_within_the_limits_of_the_product() -> None:
    with pool(seconds=10, memory=400_000_000) as parsers:
        flood = item(b"<guid>0</guid>").replace(
            b"</item>", b"</item>" + b"<item><guid>1</guid></item>" * 100_000
        )
        outcome = await parse(parsers, flood)
        assert isinstance(outcome, ParsedFeed)
        assert outcome.notes == ("90001 entries beyond 10000 are left out",)
        for body in (item(b"<a>" * 200_000), item(b"<title>" + b"word " * 2_000_000 + b"</title>")):
            assert isinstance(await parse(parsers, body), ParsedFeed)


async def test_a_document_that_takes_too_much_memory_is_given_up() -> None:
    with pool(seconds=20, memory=96 * MEGABYTE) as parsers:
        assert isinstance(await parse(parsers, GOOD), ParsedFeed)
        outcome = await parse(parsers, item(b"<title>" + b"word " * 6_000_000 + b"</title>"))
        assert isinstance(outcome, ParseFailure)
        assert outcome.kind == "too-complex"
        assert "96 MB of memory" in outcome.message
        assert isinstance(await parse(parsers, GOOD), ParsedFeed)


async def test_a_worker_killed_at_work_costs_its_document_only() -> None:
    with pool(seconds=20) as parsers:
        await parse(parsers, GOOD)
        slow = asyncio.ensure_future(parse(parsers, attributes(200_000)))
        await _until(lambda: busy(parsers))
        for child in children(parsers):
            os.kill(child, signal.SIGKILL)
        outcome = await slow
        assert isinstance(outcome, ParseFailure)
        assert outcome.kind == "too-complex"
        assert "SIGKILL" in outcome.message
        assert isinstance(await parse(parsers, GOOD), ParsedFeed)


async def test_a_worker_killed_while_idle_is_replaced() -> None:
    with pool(workers=2) as parsers:
        await parse(parsers, GOOD)
        for child in children(parsers):
            os.kill(child, signal.SIGKILL)
        outcomes = await asyncio.gather(*(parse(parsers, GOOD) for _ in range(4)))
        assert [type(outcome) for outcome in outcomes] == [ParsedFeed] * 4


async def test_many_documents_at_once_each_get_their_own_outcome() -> None:
    with pool(seconds=10, workers=2) as parsers:
        bodies = [GOOD.replace(b"One", b"Number %d" % number) for number in range(60)]
        outcomes = await asyncio.gather(*(parse(parsers, body) for body in bodies))
    titles = [each.entries[0].title for each in outcomes if isinstance(each, ParsedFeed)]
    assert titles == [f"Number {number}" for number in range(60)]


async def test_workers_are_replaced_after_so_many_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.service.workers.TASKS", 2)
    with pool() as parsers:
        seen = set()
        for _ in range(6):
            assert isinstance(await parse(parsers, GOOD), ParsedFeed)
            seen.update(children(parsers))
        assert len(seen) > 1


async def test_a_worker_that_a_document_made_large_is_replaced() -> None:
    with pool(seconds=20) as parsers:
        await parse(parsers, GOOD)
        before = children(parsers)
        await parse(parsers, GOOD)
        assert children(parsers) == before
        words = b"<description>" + b"many words " * 100 + b"</description>"
        many = b"".join(b"<item><guid>%d</guid>" % n + words + b"</item>" for n in range(8_000))
        outcome = await parse(parsers, GOOD.replace(b"<item>", many + b"<item>"))
        assert isinstance(outcome, ParsedFeed)
        await parse(parsers, GOOD)
        assert children(parsers) != before


async def test_closing_frees_those_who_wait_and_leaves_no_process() -> None:
    parsers = pool(seconds=20)
    await parse(parsers, GOOD)
    slow = [asyncio.ensure_future(parse(parsers, attributes(200_000))) for _ in range(3)]
    await _until(lambda: busy(parsers))
    pids = children(parsers)
    parsers.close()
    parsers.close()
    results = await asyncio.gather(*slow, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 3
    assert not any(_alive(pid) for pid in pids)


async def test_giving_up_a_document_frees_its_worker() -> None:
    with pool(seconds=30) as parsers:
        await parse(parsers, GOOD)
        slow = asyncio.ensure_future(parse(parsers, attributes(200_000)))
        await _until(lambda: busy(parsers))
        slow.cancel()
        assert isinstance(await parse(parsers, GOOD), ParsedFeed)


def upper(text: str) -> str:
    """Work for a child, found there by its name."""
    return text.upper()


def endless() -> None:
    while True:
        pass


def too_much() -> int:
    return len(bytes(4 << 30))


async def test_other_work_has_the_same_limits() -> None:
    with pool() as parsers:
        assert await parsers.run(upper, "chips") == "CHIPS"
        for work, why in ((endless, "took more than"), (too_much, "512 MB of memory")):
            given_up = await parsers.run(work)
            assert isinstance(given_up, GivenUp)
            assert why in given_up.why
        with pytest.raises(ZeroDivisionError):
            await parsers.run(divmod, 1, 0)
        assert await parsers.run(upper, "again") == "AGAIN"


def test_nothing_is_started_before_the_first_document() -> None:
    with pool() as parsers:
        assert children(parsers) == []


def test_children_of_a_script_import_the_parser_and_not_the_program(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(
        textwrap.dedent(
            f"""
            import asyncio, sys
            from datetime import UTC, datetime
            from monitor.service import workers

            async def main():
                with workers.ParserPool(1, 5, {512 * MEGABYTE}) as parsers:
                    outcome = await parsers.parse(
                        {GOOD!r}, url="https://a.example/", content_type="",
                        now=datetime(2026, 11, 23, tzinfo=UTC),
                    )
                    print(outcome.entries[0].title)

            if __name__ == "__main__":
                import httpx
                asyncio.run(main())
            """
        )
    )
    ran = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("One\n", "", 0)


async def _until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something holds; the test's own timeout bounds it."""
    while not condition():  # noqa: ASYNC110 - a future that begins to run tells nobody
        await asyncio.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
