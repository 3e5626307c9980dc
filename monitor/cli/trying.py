"""`monitor topics test`: what a topic finds among stored entries, and which of its parts does what."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, opened
from monitor.cli.printing import counted, local, plain, print_json

if TYPE_CHECKING:
    from monitor.topics import Preview, Sample

_LONGEST = 90
_WORDS = 6
_SAMPLES = 5
_SAMPLES_IN_JSON = 20
_FEW = 10
_FEWER = 3


@click.command(epilog="Example: monitor topics test --query '\"model weights\" AND export*'")
@click.argument("names", metavar="[NAME]", nargs=-1)
@click.option("--query", help="Try this query instead of a topic.")
@click.option("--since", type=INSTANT, help="Only entries first seen since: 2026-11-01, 30d.")
@click.option(
    "--all",
    "exactly",
    is_flag=True,
    help="Look at every entry that comes into question, however long that takes. Otherwise at a "
    "random 1,500 of them, and the counts are estimates.",
)
@click.option(
    "--samples",
    type=click.IntRange(0, 1000),
    help=f"Show so many samples of each kind; without it {_SAMPLES}, in JSON {_SAMPLES_IN_JSON}.",
)
@as_json
@click.pass_context
def test(
    ctx: click.Context,
    names: tuple[str, ...],
    query: str | None,
    since: datetime | None,
    exactly: bool,
    samples: int | None,
    json_wanted: bool,
) -> None:
    """Try a topic as config/topics.toml has it now, or a query, on stored entries.

    Tells how many entries match, how many a day, what a rematch would gain and lose, what each
    clause, boost and NOT does, near misses, outlets, the overlap with other topics, and what looks
    like a slip; with samples. Changes nothing.
    """
    from monitor.service import rematching, trying
    from monitor.service.wiring import utc_now

    if len(names) > 1 and query is None:
        words = " ".join(names)
        raise click.UsageError(
            "Give the NAME of one topic. To try words as a query, write: "
            f"monitor topics test --query {shlex.quote(words)}"
        )
    if bool(names) == (query is not None):
        raise click.UsageError("Give the NAME of a topic or a --query, one of them.")
    with opened(ctx) as services:
        if query is not None:
            compiled = trying.topic_of_query(services, query)
        else:
            compiled = rematching.topic_named(services, names[0])
        most = None if exactly else trying.MOST
        shown = _SAMPLES_IN_JSON if json_wanted else _SAMPLES
        shown = shown if samples is None else samples
        result = trying.try_topic(services, compiled, utc_now(), since, most=most, samples=shown)
    if json_wanted:
        print_json(result.as_json())
    else:
        click.echo("\n".join(_lines(result, shown, named=query is None)))


def _lines(result: Preview, most: int, *, named: bool) -> Iterator[str]:
    yield _summary(result)
    yield from _rates(result)
    if named:
        about = "" if result.share == 1 else "about "
        yield f"  a rematch would gain {about}{result.gained} and lose {about}{result.lost}"
    if result.share < 1:
        yield (
            f"  estimated from {result.share:.0%} of the entries that come into question; "
            "--all looks at each"
        )
    yield from _parts(result, min(most, _FEWER))
    yield from _near_misses(result.near_misses[:most] if most < _FEW else result.near_misses)
    for heading, counts in (("outlets", result.outlets), ("also in", result.overlap)):
        if counts:
            yield f"\n{heading}: " + ", ".join(f"{plain(name)} {count}" for name, count in counts)
    if result.lint:
        yield "\nto look at:"
        yield from (f"  {plain(line)}" for line in result.lint)
    for heading, samples in (
        ("gained, the newest", result.gained_samples if named else ()),
        ("lost, the newest", result.lost_samples),
        ("some of all that match", result.samples),
    ):
        if samples[:most]:
            yield f"\n{heading}:"
        yield from _samples(samples[:most])
    yield "\n" + _summary(result)


def _summary(result: Preview) -> str:
    about = "" if result.share == 1 else "about "
    return f"{result.topic}: {about}{result.matches} of {result.entries} entries match"


def _rates(result: Preview) -> Iterator[str]:
    """Tell hits a day, as far as the entries go back."""
    hours = round(result.days_back * 24)
    if hours < 24:
        span = counted(hours, "hour") if hours else "less than an hour"
        yield f"  the entries go back {span}, too short a time to say how many a day"
        return
    short = f" (the entries go back {counted(hours // 24, 'day')})" if hours < 7 * 24 else ""
    for days, rate in result.per_day.items():
        yield f"  last {days} days: {rate:.1f} a day{short}"


def _parts(result: Preview, most: int) -> Iterator[str]:
    if result.clauses:
        yield "\nparts of an OR, how many match with each, and how many only by this one:"
        yield "  matches  only by this"
        for each in result.clauses:
            yield f"  {each.hits:7}  {each.alone:12}  {_short(each.clause)}"
    if result.boosts:
        yield "\nboosts, how many each holds for, and how many it lets in or keeps out by itself:"
        yield "  points  holds for  decides"
        for boost in result.boosts:
            yield f"  {boost.points:+6}  {boost.hits:9}  {boost.decides:7}  {_short(boost.query)}"
            yield from _samples(boost.samples[:most], " " * 30)
    if result.removed:
        yield "\nkept out by NOT alone:"
        for gone in result.removed:
            yield f"  {gone.entries:6}  NOT {_short(gone.clause)}"
            yield from _samples(gone.samples[:most], "          ")


def _near_misses(near: Sequence[Sample]) -> Iterator[str]:
    """Tell what only just does not match, by what kept it out."""
    if near:
        yield "\nnear misses (should these match?):"
    by_note: dict[str, list[Sample]] = {}
    for sample in near:
        by_note.setdefault(sample.note, []).append(sample)
    for note, samples in by_note.items():
        yield f"  {plain(note)}"
        for sample in samples[:_FEWER]:
            yield f"    {_head(sample)}"
        if len(samples) > _FEWER:
            yield f"    and {len(samples) - _FEWER} more for the same reason"


def _samples(samples: Iterable[Sample], indent: str = "  ") -> Iterator[str]:
    for sample in samples:
        yield f"{indent}{_head(sample)}"
        words = [each.words for each in (sample.match.evidence if sample.match else ())]
        shown = ", ".join(plain(word) for word in list(dict.fromkeys(words))[:_WORDS])
        if shown:
            yield f"{indent}      {shown}"


def _head(sample: Sample) -> str:
    entry = sample.entry
    return f"e{entry.id}  {local(entry.first_seen_at)}  {plain(entry.outlet)}  {plain(entry.title)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
