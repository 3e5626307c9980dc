"""`monitor feeds import` and `export`: lists of feeds, to and from other readers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import as_json, home_of
from monitor.cli.printing import counted, plain, print_json, say

if TYPE_CHECKING:
    from monitor.service.importing import Imported

_SHOWN = 50


@click.command("import", epilog="Example: monitor feeds import subscriptions.opml --dry-run")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would come of it, and change nothing.")
@click.option(
    "--trusted",
    is_flag=True,
    help="The list is your own: also take over what it says is sent to the feeds' servers "
    "(headers, User-Agent, the names of environment variables with secrets) and visits more "
    "often than hourly.",
)
@as_json
@click.pass_context
def import_(
    ctx: click.Context, file: Path, dry_run: bool, trusted: bool, json_wanted: bool
) -> None:
    """Add the feeds of an OPML file to config/feeds.toml; folders become tags.

    FILE may be - for standard input. Feeds that are watched already stay as they are; what is
    no feed is left out. Both are told.
    """
    from monitor.service.importing import import_list

    home = home_of(ctx)
    name = "standard input" if str(file) == "-" else str(file)
    report = import_list(home, _read(file), name=name, trusted=trusted, dry_run=dry_run)
    if json_wanted:
        print_json({"dry_run": dry_run} | _shape(report))
        return
    _tell(report)
    for feed in report.added if dry_run else ():
        tags = f"  [{', '.join(feed.tags)}]" if feed.tags else ""
        click.echo(f"would be added: {feed.url}{tags}")
    click.echo(
        f"{counted(len(report.added), 'feed')} {'would be ' if dry_run else ''}added, "
        f"{len(report.already)} watched already, {len(report.left_out)} left out"
        + (f", {report.repeated} listed again" if report.repeated else "")
    )
    if report.added and not dry_run:
        say("Fetch them with: monitor fetch")


@click.command("export", epilog="Example: monitor feeds export > feeds.opml")
@click.option(
    "--plain", "plain_wanted", is_flag=True,
    help="Address, title and tags only: for a list that others get to see.",
)  # fmt: skip
@click.pass_context
def export(ctx: click.Context, plain_wanted: bool) -> None:
    """Write the watched feeds as OPML, those of included OPML files too.

    Tags become folders and categories. What only the monitor knows of a feed stands in attributes of
    its own, from which `feeds import --trusted` makes the same feeds again.
    """
    from monitor.service.importing import export_list
    from monitor.service.wiring import utc_now
    from monitor.service.zones import last_zones
    from monitor.settings.read import load

    home = home_of(ctx)
    feeds = load(home, last_zones(home)).feeds
    click.echo(export_list(feeds, utc_now(), plain=plain_wanted), nl=False)


def _read(file: Path) -> bytes:
    """Return the document, or as much of it as shows that it is too large."""
    from monitor.errors import UsageError
    from monitor.parse.opml import SIZE_CAP

    if str(file) == "-":
        return sys.stdin.buffer.read(SIZE_CAP + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(SIZE_CAP + 1)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error


def _shape(report: Imported) -> dict[str, object]:
    return {
        "added": [feed.url for feed in report.added],
        "already": [{"url": feed.url, "see": where} for feed, where in report.already],
        "left_out": list(report.left_out),
        "repeated": report.repeated,
        "withheld": [{"url": feed.url, "keys": list(keys)} for feed, keys in report.withheld],
        "faults": list(report.faults),
        "refused": [{"url": feed.url, "reason": reason} for feed, reason in report.refused],
    }


def _tell(report: Imported) -> None:
    _tell_some("left out", report.left_out)
    _tell_some("watched already", [f"{feed.url}, see {where}" for feed, where in report.already])
    _tell_some("not taken over", report.faults)
    _tell_some(
        "not taken over", [f"{feed.url}: {', '.join(keys)}" for feed, keys in report.withheld]
    )
    if report.withheld:
        say(
            "A list can be anybody's, and these keys say what is sent to a server, secrets included. "
            "If it is your own, import it with --trusted; else set them with: monitor feeds edit"
        )
    _tell_some("will be refused", [f"{feed.url}: {why}" for feed, why in report.refused])


def _tell_some(heading: str, sentences: Sequence[str]) -> None:
    for sentence in sentences[:_SHOWN]:
        say(f"{heading}: {plain(sentence)}")
    if len(sentences) > _SHOWN:
        say(f"{heading}: … and {len(sentences) - _SHOWN:,} more; --json lists them all")
