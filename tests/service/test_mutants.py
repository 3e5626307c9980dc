"""Promise 6: mutated documents through the worker pool; any bytes give entries or a recorded reason."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.mutants import documents_of, parse_all
from benchmarks.mutations import mutant, seeds
from monitor.model.entry import ParsedFeed
from monitor.service.refreshing import parser_pool
from monitor.settings.values import FetchSettings
from tests.parse.feeds import NOW, rss


async def check(numbers: range, corpus: Path | None) -> None:
    """Parse these mutants within the product's limits; then a sound document is read as ever."""
    documents = documents_of(corpus)
    with parser_pool(FetchSettings(workers=2)) as parsers:
        report = await parse_all(parsers, (mutant(documents, number) for number in numbers), 2)
        assert report.raised == []
        assert report.unclean == []
        assert sum(report.outcomes.values()) == len(numbers)
        assert report.outcomes["feed"] > len(numbers) // 4
        sound = await parsers.parse(rss(), url="", content_type="", now=NOW)
    assert isinstance(sound, ParsedFeed)


async def test_promise_06_some_hundred_mutants() -> None:
    await check(range(300), None)


@pytest.mark.long
def test_promise_06_twenty_thousand_mutants() -> None:
    asyncio.run(check(range(20_000), None))


@pytest.mark.long
def test_promise_06_mutants_of_the_corpus(shared: Path) -> None:
    asyncio.run(check(range(20_000, 25_000), shared / "corpus" / "feeds"))


def test_the_same_number_gives_the_same_mutant() -> None:
    for number in range(50):
        assert mutant(seeds(), number) == mutant(seeds(), number)
    assert len({mutant(seeds(), number).body for number in range(50)}) > 40
