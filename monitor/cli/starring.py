"""`monitor star`: mark entries."""

from __future__ import annotations

import click

from monitor.cli.opening import as_json, entry_number, opened
from monitor.cli.printing import counted, print_json, say


@click.command(epilog="Example: monitor star e12")
@click.argument("entries", metavar="ENTRY...", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take the mark away instead.")
@as_json
@click.pass_context
def star(ctx: click.Context, entries: tuple[str, ...], remove: bool, json_wanted: bool) -> None:
    """Mark entries, so that `monitor search is:starred` finds them and no upkeep deletes them."""
    from monitor.service.shapes import entry_id
    from monitor.service.wiring import utc_now

    numbers = list(dict.fromkeys(entry_number(text) for text in entries))
    with opened(ctx) as services:
        stars = services.store.stars
        changed = stars.unstar(numbers) if remove else stars.star(numbers, utc_now())
        starred = stars.starred()
    if json_wanted:
        print_json({"starred": [entry_id(number) for number in starred]})
        return
    if changed:
        done = "no longer starred" if remove else "starred"
        click.echo(f"{counted(len(changed), 'entry', 'entries')} {done}")
    for number in numbers:
        if number not in changed:
            say(f"{entry_id(number)} is {'not' if remove else 'already'} starred")
