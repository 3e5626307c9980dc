"""`monitor db`: check, back up, restore, compact, count."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monitor.cli.opening import as_json, home_of, opened
from monitor.cli.printing import print_json, print_table, say


@click.group(epilog="Example: monitor db backup")
def db() -> None:
    """Check, back up, restore, compact and count the database (db/monitor.db)."""


@db.command(epilog="Example: monitor db check")
@as_json
@click.pass_context
def check(ctx: click.Context, json_wanted: bool) -> None:
    """Look for damage in the file and the search index. Exit status 1 when there is any."""
    with opened(ctx) as services:
        problems = services.store.upkeep.check()
    if json_wanted:
        print_json({"ok": not problems, "problems": problems})
    for problem in problems:
        say(problem)
    if problems:
        ctx.exit(1)
    say("The database is sound.")


@db.command(epilog="Example: monitor db backup before-the-move.db")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@as_json
@click.pass_context
def backup(ctx: click.Context, file: Path | None, json_wanted: bool) -> None:
    """Write a copy while everything goes on; by default beside the database, named by the time."""
    with opened(ctx) as services:
        if file is None:
            stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
            file = services.home.db / f"monitor-{stamp}.db"
        services.store.upkeep.backup(file)
    if json_wanted:
        print_json({"file": str(file), "bytes": file.stat().st_size})
    else:
        click.echo(f"{file}")


@db.command(epilog="Example: monitor db restore db/monitor-20261123-070000.db")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Put a backup in place of the database; what it replaces is kept aside.

    Stop `monitor run` first. A file that is damaged or no backup is refused.
    """
    from monitor.store import restore as restore_file

    aside = restore_file(file, home_of(ctx).database)
    say(f"Restored from {file}." + (f" The former database is {aside}." if aside else ""))


@db.command(epilog="Example: monitor db compact")
@as_json
@click.pass_context
def compact(ctx: click.Context, json_wanted: bool) -> None:
    """Give free space back to the disk."""
    with opened(ctx) as services:
        before, after = services.store.upkeep.compact()
    if json_wanted:
        print_json({"before": before, "after": after})
    else:
        click.echo(f"{before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after")


@db.command(epilog="Example: monitor db stats --json")
@as_json
@click.pass_context
def stats(ctx: click.Context, json_wanted: bool) -> None:
    """Count what is stored."""
    with opened(ctx) as services:
        counts = services.store.upkeep.stats()
    if json_wanted:
        print_json(counts)
    else:
        print_table(("what", "number"), list(counts.items()))
