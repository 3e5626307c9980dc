"""`monitor alerts`: how the alerts stand, and what one would have sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, opened
from monitor.cli.printing import counted, local, plain, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.model.alert import AlertTrial
    from monitor.service.alert_shapes import Listed

_TITLES = 3


@click.group(epilog="Example: monitor alerts test chips")
def alerts() -> None:
    """Show and try alerts (config/monitor.toml, [alerts.NAME])."""


@alerts.command("list", epilog="Example: monitor alerts list --json")
@as_json
@click.pass_context
def list_(ctx: click.Context, json_wanted: bool) -> None:
    """List the alerts: since when each looks, what waits, its last message, when the next may go."""
    from monitor.service.alert_shapes import listed, listed_shape
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        now = utc_now()
        found = listed(services, now)
    if json_wanted:
        print_json({"alerts": [listed_shape(each) for each in found]})
        return
    print_table(
        ("alert", "began", "waiting", "last message", "next", "query"),
        [
            (
                each.alert.name,
                local(each.standing.began_at if each.standing else None),
                len(each.queue.found),
                _last(each),
                "any time" if each.next_at <= now else f"from {local(each.next_at)}",
                each.alert.query,
            )
            for each in found
        ],
        flexible=("last message", "query"),
    )
    if not found:
        say("config/monitor.toml has no alert; add an [alerts.NAME] table (docs/alerts.md).")


@alerts.command(epilog="Example: monitor alerts test chips --since 30d")
@click.argument("name")
@click.option("--since", type=INSTANT, help="Look back so far; without it, 90 days.")
@as_json
@click.pass_context
def test(ctx: click.Context, name: str, since: datetime | None, json_wanted: bool) -> None:
    """Replay an alert over what is stored: how often it would have fired, and with what.

    Entries come in the order in which they were first seen, with the alert's outlets, quiet hours
    and cool-down. Changes nothing, sends nothing.
    """
    from monitor.service.alert_shapes import trial_shape
    from monitor.service.alert_trials import try_alert
    from monitor.service.alerting import alert_named
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        now = utc_now()
        if since is not None and since >= now:
            raise click.UsageError("--since lies in the future; look back from now, as in 30d.")
        trial = try_alert(services, alert_named(services, name), now, since)
    if json_wanted:
        print_json(trial_shape(trial))
    else:
        click.echo("\n".join(_lines(trial)))


def _last(each: Listed) -> str:
    if each.last is None:
        return "none yet"
    return f"{local(each.last.created_at)} {each.last.rendered.subject}"


def _lines(trial: AlertTrial) -> Iterator[str]:
    from monitor.service.alert_shapes import LATEST, per_week

    days = max(1, round((trial.until_at - trial.since_at).total_seconds() / 86_400))
    stories = sum(len(each.rings) for each in trial.fired)
    yield (
        f"{trial.alert}: {counted(len(trial.fired), 'message')} in {counted(days, 'day')}, "
        f"with {counted(stories, 'story', 'stories')}; {per_week(trial):g} a week"
    )
    if trial.busiest_on is not None:
        yield f"  busiest day {trial.busiest_on.isoformat()}: {counted(trial.busiest, 'message')}"
    if trial.waiting:
        told = counted(len(trial.waiting), "story", "stories")
        yield f"  {told} would still wait for quiet hours or the cool-down to end"
    if trial.fired:
        yield "\nthe latest:"
    for each in reversed(trial.fired[-LATEST:]):
        yield f"  {local(each.at)}  {counted(len(each.rings), 'story', 'stories')}"
        for ring in each.rings[:_TITLES]:
            yield f"      {plain(ring.title)}"
        if len(each.rings) > _TITLES:
            yield f"      and {len(each.rings) - _TITLES} more"
