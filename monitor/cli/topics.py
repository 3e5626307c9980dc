"""`monitor topics`: list, try out, explain, measure and re-apply (config/topics.toml)."""

from __future__ import annotations

import click

from monitor.cli.opening import as_json, entry_number, is_entry, opened
from monitor.cli.printing import print_json, print_table, progress, say


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
                "yes" if each["rematched"] else f"not yet, {each['left']:,} left",
                each["title"],
            )
            for each in shapes
        ],
    )
    if not shapes:
        say("There is no topic yet; docs/topics.md shows how to write one.")
    elif not all(each["rematched"] for each in shapes):
        say("Apply changed topics to what is stored with: monitor topics rematch")


@topics.command(epilog="Example: monitor topics explain export-controls e12")
@click.argument("name")
@click.argument("entry")
@click.option("--all", "whole", is_flag=True, help="Tell of every boost, not only what decided.")
@as_json
@click.pass_context
def explain(ctx: click.Context, name: str, entry: str, whole: bool, json_wanted: bool) -> None:
    """Tell why a stored entry matches a topic, or why not: which clause failed, how near it was.

    The boosts that hold are listed when the query does; --all tells of all of them in any case.
    """
    from monitor.service import rematching, trying
    from monitor.service.wiring import utc_now

    if is_entry(name) and not is_entry(entry):  # the other way round; there is no doubt
        name, entry = entry, name
    number = entry_number(entry)
    with opened(ctx) as services:
        compiled = rematching.topic_named(services, name)
        explanation = trying.explain_entry(services, compiled, number, utc_now())
    if json_wanted:
        print_json({"entry": f"e{number}", **explanation.as_json()})
    else:
        click.echo("\n".join(explanation.words(whole=whole)))


@topics.command(epilog="Example: monitor topics rematch export-controls")
@click.argument("name", required=False)
@as_json
@click.pass_context
def rematch(ctx: click.Context, name: str | None, json_wanted: bool) -> None:
    """Apply a topic, or all of them, to the entries that are stored already.

    What is broken off goes on where it stopped. The former matches of an entry stand until the
    new ones are decided. `monitor run` does this by itself after a change.
    """
    from dataclasses import asdict

    from monitor.service import rematching
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        chosen = services.topics if name is None else [rematching.topic_named(services, name)]
        newest = services.store.entries.newest_id()
        left = {each.name: rematching.waiting(services, each) or newest for each in chosen}
        with progress("rematching", sum(left.values())) as advance:

            def show(so_far: rematching.Rematched) -> None:
                advance(left[so_far.topic] - so_far.left)
                left[so_far.topic] = so_far.left

            done = rematching.rematch(services, chosen, utc_now, show)
    if json_wanted:
        print_json({"topics": [asdict(each) for each in done]})
        return
    for each in done:
        click.echo(
            f"{each.topic} (version {each.version}): {each.matches} matches, "
            f"{each.gained} gained, {each.lost} lost"
        )
