"""`monitor init`, `monitor demo` and `monitor doctor`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import as_json, home_of
from monitor.cli.printing import plain, print_json, say
from monitor.cli.serving import address_for, page_of, told_once

if TYPE_CHECKING:
    from monitor.service.running import Beside
    from monitor.service.wiring import Services
    from monitor.web.server import Listener

_NAMED = 8
"""So many new files of a folder are named one by one."""


@click.command(epilog="Example: monitor init ~/ai-policy")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--pack", default="ai-policy", show_default=True, help="The starter pack to write.")
@click.pass_context
def init(ctx: click.Context, folder: Path | None, pack: str) -> None:
    """Write a home from a starter pack: feeds, topics, lists and settings, all yours to edit.

    DIR is a new or existing folder, otherwise --home, $MONITOR_HOME or this folder. Nothing is
    ever overwritten.
    """
    from tzlocal import get_localzone_name

    from monitor.settings.init import init_home

    chosen = folder or ctx.find_root().obj or os.environ.get("MONITOR_HOME") or "."
    root = Path(chosen).expanduser().absolute()
    written = init_home(root, pack, get_localzone_name() or "UTC")
    for line in _by_folder([path.relative_to(root) for path in written]):
        click.echo(line)
    here = "" if root == Path.cwd() else f" --home {chosen}"
    say(
        f"\nYour home is {root}.\n"
        f"  monitor{here} feeds check      which of the starter feeds answer from here\n"
        f"  monitor{here} fetch            fetch them once\n"
        f"  monitor{here} digest preview   see what the digest would hold\n"
        f"  monitor{here} run              keep watching, and send the digest at its time"
    )


def _by_folder(paths: list[Path]) -> list[str]:
    """Name the files of each folder, or count them where they are many."""
    folders: dict[Path, list[str]] = {}
    for path in sorted(paths):
        folders.setdefault(path.parent, []).append(path.name)
    return [
        f"{folder}/: {', '.join(names) if len(names) <= _NAMED else f'{len(names)} files'}"
        for folder, names in sorted(folders.items())
    ]


@click.command(epilog="Example: monitor demo --once")
@click.option("--once", is_flag=True, help="End after the digest (as DEMO_ONCE=1 does).")
def demo(once: bool) -> None:
    """Show the whole way on bundled feeds: fetch, match, group, digest, search, page.

    Sample feeds of invented outlets are served on this machine alone; the home is a temporary
    folder. Nothing of yours is touched.
    """
    from monitor.service.demo import run_demo

    listeners: list[Listener] = []
    tell_address = told_once(
        "Ctrl-C ends the demo and removes its home with all that was changed there; "
        "`monitor init FOLDER` makes one that stays."
    )

    def page(services: Services) -> Beside:
        if not listeners:  # kept while the home is opened anew
            listeners.append(address_for(services, "127.0.0.1", 0))
        return page_of(services, listeners[0], "127.0.0.1", tell_address)

    run_demo(say=click.echo, once=once or os.environ.get("DEMO_ONCE") == "1", page=page)


@click.command(epilog="Example: monitor doctor")
@as_json
@click.pass_context
def doctor(ctx: click.Context, json_wanted: bool) -> None:
    """Check configuration, database and network, and say what to do. Exit status 1 if any is bad."""
    from monitor.service.doctor import examine
    from monitor.service.finding import findings_shape
    from monitor.service.wiring import utc_now

    findings = examine(home_of(ctx), os.environ, utc_now())
    if json_wanted:
        print_json(findings_shape(findings))
    else:
        for finding in findings:
            if not finding.ok:
                mark = click.style("bad ", fg="red")
            elif finding.attention:
                mark = click.style("see ", fg="yellow")
            else:
                mark = click.style("ok  ", fg="green")
            # What stands below a line (a caret, say) keeps its place.
            lines = [
                line[: len(line) - len(line.lstrip(" "))] + plain(line)
                for line in finding.message.splitlines()
            ]
            message = "\n".join(lines)
            click.echo(f"{mark} {finding.check}: {message}")
    if not all(finding.ok for finding in findings):
        ctx.exit(1)
