"""`monitor stories`: correct what belongs together, and group anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, entry_number, opened, story_number
from monitor.cli.printing import counted, local, print_json, print_table, progress, say
from monitor.cli.story_measures import evaluate

if TYPE_CHECKING:
    from monitor.model.rebuild import Rebuild
    from monitor.model.ruling import Wish


@click.group(epilog="Example: monitor stories merge s7 s9")
def stories() -> None:
    """Stories: correct what belongs together, group stored entries anew.

    What you decide is remembered: no later fetch or rebuild moves these entries again, new ones may
    join them. Each decision is a ruling (r3) that can be undone.
    """


@stories.command(epilog="Example: monitor stories merge s7 s9")
@click.argument("story")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@as_json
@click.pass_context
def merge(ctx: click.Context, story: str, others: tuple[str, ...], json_wanted: bool) -> None:
    """Say that OTHER stories report the same as STORY: their entries go there.

    The ids of the others stay valid and lead to STORY.
    """
    from monitor.model.ruling import Wish

    numbers = tuple(dict.fromkeys(story_number(other) for other in others))
    _rule(ctx, Wish("merge", story_number(story), numbers), json_wanted)


@stories.command(epilog="Example: monitor stories split s7 e12 e15")
@click.argument("story")
@click.argument("entries", nargs=-1, required=True, metavar="ENTRY...")
@as_json
@click.pass_context
def split(ctx: click.Context, story: str, entries: tuple[str, ...], json_wanted: bool) -> None:
    """Say that entries report something else than STORY: they leave it for one new story.

    An entry takes its copies along; a copy that is named without its original goes alone and is
    no copy any more.
    """
    from monitor.model.ruling import Wish

    numbers = tuple(dict.fromkeys(entry_number(entry) for entry in entries))
    _rule(ctx, Wish("split", story_number(story), entries=numbers), json_wanted)


@stories.command(epilog="Example: monitor stories pin s7")
@click.argument("story")
@as_json
@click.pass_context
def pin(ctx: click.Context, story: str, json_wanted: bool) -> None:
    """Say that the entries of STORY are right as they are: none is moved any more."""
    from monitor.model.ruling import Wish

    _rule(ctx, Wish("pin", story_number(story)), json_wanted)


def _rule(ctx: click.Context, wish: Wish, json_wanted: bool) -> None:
    from monitor.service.story_shapes import in_words, ruling_shape
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        ruling = services.store.rulings.rule(wish, utc_now())
    if json_wanted:
        print_json(ruling_shape(ruling))
        return
    click.echo(in_words(ruling))
    say(f"take it back with: monitor stories undo r{ruling.id}")


@stories.command(epilog="Example: monitor stories undo")
@click.argument("ruling", required=False)
@as_json
@click.pass_context
def undo(ctx: click.Context, ruling: str | None, json_wanted: bool) -> None:
    """Take back the last ruling, or RULING (r3): everything is as it was before.

    Entries that have joined since stay with those they joined.
    """
    from monitor.service.story_shapes import in_words, ruling_number, ruling_shape
    from monitor.service.wiring import utc_now

    number = None if ruling is None else ruling_number(ruling)
    with opened(ctx) as services:
        undone = services.store.rulings.undo(number, utc_now())
    if json_wanted:
        print_json(ruling_shape(undone))
    else:
        click.echo(f"r{undone.id} is undone: {in_words(replace(undone, undone_at=None))}")


@stories.command(epilog="Example: monitor stories rulings --jsonl > rulings.jsonl")
@click.option(
    "--jsonl", is_flag=True, help="Pairs of whole entries that belong together, or do not."
)
@as_json
@click.pass_context
def rulings(ctx: click.Context, jsonl: bool, json_wanted: bool) -> None:
    """List what was decided by hand, oldest first.

    With --jsonl it can be kept in a file, as labels to measure grouping by: the database may be
    deleted, what a person said cannot be collected again.
    """
    from monitor.service.story_shapes import in_words, label_lines, ruling_shape

    if jsonl and json_wanted:
        raise click.UsageError("Give --json or --jsonl, one of them.")
    with opened(ctx) as services:
        if jsonl:
            for line in label_lines(services):
                click.echo(line, nl=False)
            return
        found = services.store.rulings.rulings()
    if json_wanted:
        print_json({"rulings": [ruling_shape(each) for each in found]})
    elif not found:
        say("Nothing is decided by hand yet; see: monitor stories --help")
    else:
        print_table(
            ("ruling", "decided", "what"),
            [(f"r{each.id}", local(each.decided_at), in_words(each)) for each in found],
            flexible=("what",),
        )


@stories.command(epilog="Example: monitor stories rebuild --since 30d --dry-run")
@click.option("--since", type=INSTANT, help="Only entries first seen since: 2026-11-01, 30d.")
@click.option("--dry-run", is_flag=True, help="Tell what would move; change nothing.")
@as_json
@click.pass_context
def rebuild(ctx: click.Context, since: datetime | None, dry_run: bool, json_wanted: bool) -> None:
    """Group stored entries anew, as this version of the monitor would.

    What was decided by hand stays. Stories keep their ids, and what has lost all its entries leads to
    where most went. It may be broken off at any time and goes on when called again; the monitor may run
    meanwhile.
    """
    from monitor.service import rebuilding
    from monitor.service.story_shapes import rebuild_shape
    from monitor.service.wiring import utc_now

    with opened(ctx) as services, _shown(services.store.entries.newest_id()) as on_piece:
        if dry_run:
            done = rebuilding.try_rebuild(services, utc_now(), since, on_piece)
        else:
            done = rebuilding.rebuild(services, utc_now, since, on_piece)
    if json_wanted:
        print_json(rebuild_shape(done, dry_run=dry_run))
    else:
        _print_rebuild(done)
    if dry_run:
        say("This was a dry run: nothing was changed.")


@contextmanager
def _shown(newest_id: int) -> Iterator[Callable[[Rebuild], None]]:
    """Show how far a rebuild is; say so when it goes on with one that was broken off."""
    reached: list[int] = []
    with progress("Grouping", newest_id) as advance:

        def on_piece(at: Rebuild) -> None:
            if not reached and at.entries:
                say(f"note: this goes on with the rebuild begun {local(at.began_at)}")
            advance(at.next_id - 1 - (reached[-1] if reached else 0))
            reached.append(at.next_id - 1)

        yield on_piece


def _print_rebuild(at: Rebuild) -> None:
    pinned = f", {at.pinned} of them pinned" if at.pinned else ""
    click.echo(
        f"{counted(at.entries, 'entry', 'entries')} looked at{pinned}: {at.moved} moved to another "
        f"story, {at.grouped} had no story yet"
    )
    click.echo(
        f"{counted(at.opened, 'story', 'stories')} opened, {at.merged} merged into others, "
        f"{at.split} split"
    )
    if at.samples:
        click.echo("")
        print_table(
            ("entry", "from", "to", "title", "why"),
            [
                (f"e{each.entry}", f"s{each.origin}", f"s{each.story}", each.title, each.why)
                for each in at.samples
            ],
            flexible=("title", "why"),
            piped=("why",),
        )
        if at.moved > len(at.samples):
            say(f"and {at.moved - len(at.samples)} more")


stories.add_command(evaluate)
