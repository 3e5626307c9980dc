"""`monitor topics`: list, try out, explain, measure and re-apply (config/topics.toml)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, opened
from monitor.cli.printing import local, plain, print_json, print_table, progress, say

if TYPE_CHECKING:
    from monitor.topics import Preview


@click.group(epilog="Example: monitor topics test export-controls")
def topics() -> None:
    """List, try out, explain, measure and re-apply topics (config/topics.toml)."""


@topics.command("list", epilog="Example: monitor topics list --json")
@as_json
@click.pass_context
def list_(ctx: click.Context, json_wanted: bool) -> None:
    """List the topics with their version, and whether it has been applied to stored entries."""
    from monitor.service.shapes import topic_shapes

    with opened(ctx) as services:
        shapes = topic_shapes(services)
    if json_wanted:
        print_json({"topics": shapes})
        return
    print_table(
        ("name", "version", "applied to stored entries", "title"),
        [
            (
                each["name"],
                each["version"],
                "yes" if each["rematched"] else "not yet",
                each["title"],
            )
            for each in shapes
        ],
    )
    if not shapes:
        say("There is no topic yet; docs/topics.md shows how to write one.")
    elif not all(each["rematched"] for each in shapes):
        say("Apply changed topics to what is stored with: monitor topics rematch")


@topics.command(epilog="Example: monitor topics test --query '\"model weights\" AND export*'")
@click.argument("name", required=False)
@click.option("--query", help="Try this query instead of a topic.")
@click.option("--since", type=INSTANT, help="Only entries first seen since: 2026-11-01, 30d.")
@as_json
@click.pass_context
def test(
    ctx: click.Context,
    name: str | None,
    query: str | None,
    since: datetime | None,
    json_wanted: bool,
) -> None:
    """Try a topic as config/topics.toml has it now, or a query, on stored entries.

    Tells how many entries match, how many a day, what a rematch would gain and lose, with
    samples. Changes nothing.
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
        result = trying.try_topic(services, compiled, utc_now(), since)
    print_json(result.as_json()) if json_wanted else _print_preview(result)


def _print_preview(result: Preview) -> None:
    click.echo(f"{result.topic}: {result.matches} of {result.entries} entries match")
    for days, rate in result.per_day.items():
        click.echo(f"  last {days} days: {rate:.1f} a day")
    click.echo(f"  a rematch would gain {result.gained} and lose {result.lost}")
    for heading, samples in (
        ("gained", result.gained_samples),
        ("lost", result.lost_samples),
        ("a sample of all", result.samples),
    ):
        if samples:
            click.echo(f"\n{heading}:")
        for sample in samples:
            entry = sample.entry
            when = local(entry.first_seen_at)
            click.echo(f"  e{entry.id}  {when}  {plain(entry.outlet)}  {plain(entry.title)}")
            words = sorted({each.words for each in (sample.match.evidence if sample.match else ())})
            if words:
                click.echo(f"        {', '.join(plain(word) for word in words[:6])}")


@topics.command(epilog="Example: monitor topics explain export-controls e12")
@click.argument("name")
@click.argument("entry")
@as_json
@click.pass_context
def explain(ctx: click.Context, name: str, entry: str, json_wanted: bool) -> None:
    """Tell why a stored entry matches a topic, or why not: which clause failed."""
    from monitor.errors import UsageError
    from monitor.service import rematching, trying
    from monitor.service.shapes import read_id
    from monitor.service.wiring import utc_now

    kind, number = read_id(entry)
    if kind != "e":
        raise UsageError(f"{entry!r} is a story; name an entry, like e12.")
    with opened(ctx) as services:
        compiled = rematching.topic_named(services, name)
        explanation = trying.explain_entry(services, compiled, number, utc_now())
    if json_wanted:
        print_json({"entry": f"e{number}", **explanation.as_json()})
    else:
        click.echo("\n".join(explanation.words()))


@topics.command(epilog="Example: monitor topics rematch export-controls")
@click.argument("name", required=False)
@as_json
@click.pass_context
def rematch(ctx: click.Context, name: str | None, json_wanted: bool) -> None:
    """Apply a topic, or all of them, to the entries that are stored already."""
    from dataclasses import asdict

    from monitor.service import rematching
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        chosen = services.topics if name is None else [rematching.topic_named(services, name)]
        with progress("rematching", len(chosen)) as advance:
            done = rematching.rematch(services, chosen, utc_now(), lambda _done: advance())
    if json_wanted:
        print_json({"topics": [asdict(each) for each in done]})
        return
    for each in done:
        click.echo(
            f"{each.topic} (version {each.version}): {each.matches} matches, "
            f"{each.gained} gained, {each.lost} lost"
        )
