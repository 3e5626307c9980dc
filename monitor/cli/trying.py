"""`monitor topics test`: what a topic finds among stored entries, and which of its parts does what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, opened
from monitor.cli.printing import local, plain, print_json

if TYPE_CHECKING:
    from monitor.topics import Preview, Sample

_LONGEST = 90
_WORDS = 6


@click.command(epilog="Example: monitor topics test --query '\"model weights\" AND export*'")
@click.argument("name", required=False)
@click.option("--query", help="Try this query instead of a topic.")
@click.option("--since", type=INSTANT, help="Only entries first seen since: 2026-11-01, 30d.")
@click.option(
    "--all",
    "exactly",
    is_flag=True,
    help="Look at every entry that comes into question, however long that takes. Otherwise at a "
    "random 2,000 of them, and the counts are estimates.",
)
@as_json
@click.pass_context
def test(
    ctx: click.Context,
    name: str | None,
    query: str | None,
    since: datetime | None,
    exactly: bool,
    json_wanted: bool,
) -> None:
    """Try a topic as config/topics.toml has it now, or a query, on stored entries.

    Tells how many entries match, how many a day, what a rematch would gain and lose, what each
    clause, boost and NOT does, near misses, outlets, the overlap with other topics, and what looks
    like a slip; with samples. Changes nothing.
    """
    from monitor.service import rematching, trying
    from monitor.service.wiring import utc_now

    if (name is None) == (query is None):
        raise click.UsageError("Give the NAME of a topic or a --query, one of them.")
    with opened(ctx) as services:
        if query is not None:
            compiled = trying.topic_of_query(services, query)
        else:
            compiled = rematching.topic_named(services, name or "")
        most = None if exactly else trying.MOST
        result = trying.try_topic(services, compiled, utc_now(), since, most=most)
    print_json(result.as_json()) if json_wanted else click.echo("\n".join(_lines(result)))


def _lines(result: Preview) -> Iterator[str]:
    about = "" if result.share == 1 else "about "
    yield f"{result.topic}: {about}{result.matches} of {result.entries} entries match"
    for days, rate in result.per_day.items():
        yield f"  last {days} days: {rate:.1f} a day"
    yield f"  a rematch would gain {about}{result.gained} and lose {about}{result.lost}"
    if result.share < 1:
        yield (
            f"  estimated from {result.share:.0%} of the entries that come into question; "
            "--all looks at each"
        )
    yield from _parts(result)
    if result.near_misses:
        yield "\nnear misses (should these match?):"
        yield from _samples(result.near_misses)
    for heading, counts in (("outlets", result.outlets), ("also in", result.overlap)):
        if counts:
            yield f"\n{heading}: " + ", ".join(f"{plain(name)} {count}" for name, count in counts)
    if result.lint:
        yield "\nto look at:"
        yield from (f"  {plain(line)}" for line in result.lint)
    for heading, samples in (
        ("gained", result.gained_samples),
        ("lost", result.lost_samples),
        ("a sample of all", result.samples),
    ):
        if samples:
            yield f"\n{heading}:"
        yield from _samples(samples)


def _parts(result: Preview) -> Iterator[str]:
    if result.clauses:
        yield "\nclauses (matches with it, by it alone):"
        for each in result.clauses:
            yield f"  {each.hits:6} {each.alone:6}  {_short(each.clause)}"
    if result.boosts:
        yield "\nboosts (points, entries it holds for, of which it decides):"
        for boost in result.boosts:
            yield f"  {boost.points:+4} {boost.hits:6} {boost.decides:6}  {_short(boost.query)}"
            yield from _samples(boost.samples, "              ")
    if result.removed:
        yield "\nkept out by NOT alone:"
        for gone in result.removed:
            yield f"  {gone.entries:6}  NOT {_short(gone.clause)}"
            yield from _samples(gone.samples, "          ")


def _samples(samples: Iterable[Sample], indent: str = "  ") -> Iterator[str]:
    for sample in samples:
        entry = sample.entry
        when = local(entry.first_seen_at)
        yield f"{indent}e{entry.id}  {when}  {plain(entry.outlet)}  {plain(entry.title)}"
        words = [each.words for each in (sample.match.evidence if sample.match else ())]
        shown = ", ".join(plain(word) for word in list(dict.fromkeys(words))[:_WORDS])
        if shown or sample.note:
            yield f"{indent}      {shown or plain(sample.note)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
