"""`monitor digest`: preview, send, test, list, show, retry."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, opened
from monitor.cli.printing import counted, local, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.model.delivery import Delivery, StoredEdition
    from monitor.model.edition import Rendered

FORMS = ("text", "html", "markdown", "json")


@click.group(epilog="Example: monitor digest preview")
def digest() -> None:
    """Preview, send and show digests (config/monitor.toml, [digests.NAME])."""


@digest.command(epilog="Example: monitor digest preview daily --since 2d --format html -o a.html")
@click.argument("name", required=False)
@click.option("--since", type=INSTANT, help="Begin of the window; else the last edition's end.")
@click.option("--until", type=INSTANT, help="End of the window; else now.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to this file instead.")
@as_json
@click.pass_context
def preview(
    ctx: click.Context,
    name: str | None,
    since: datetime | None,
    until: datetime | None,
    form: str,
    output: str | None,
    json_wanted: bool,
) -> None:
    """Compose what an edition would hold; record nothing, send nothing.

    The window is half-open over first-seen times. --since and --until take 2026-11-23,
    2026-11-23T07:00 (UTC unless it says otherwise), or 36h, 7d, 2w ago.
    """
    from monitor.service import digesting
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        _, rendered = digesting.preview(services, name, utc_now(), since, until)
    _give(rendered, "json" if json_wanted else form, output)


@digest.command(epilog="Example: monitor digest send daily")
@click.argument("name", required=False)
@as_json
@click.pass_context
def send(ctx: click.Context, name: str | None, json_wanted: bool) -> None:
    """Freeze the edition that is due and deliver it.

    When the schedule has nothing due, what has come in since the last edition is sent; when
    there is nothing either, nothing is. Sending twice for one window sends nothing new.
    """
    from monitor.service import digesting
    from monitor.service.shapes import sent_shape
    from monitor.service.ways import ways_of
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        done = digesting.send_now(services, name, ways_of(services, os.environ), utc_now)
    if json_wanted:
        shapes = [sent_shape(each) for each in done]
        print_json(shapes[0] if len(shapes) == 1 else {"digests": shapes})
    failed = False
    for each in done:
        edition = each.edition
        if edition is None:
            say(f"{each.digest}: nothing to send; nothing has matched since the digest began.")
            continue
        if not each.fresh:
            say(f"{each.digest}: nothing new since {edition.id}.")
        elif not json_wanted:
            click.echo(f"{edition.id}: {edition.rendered.subject}")
        for delivery in edition.deliveries:
            failed = failed or _not_there(delivery)
            if not json_wanted and (each.fresh or delivery.state != "sent"):
                click.echo(f"  {_standing(delivery)}")
    if failed:
        say("Try again with: monitor digest retry")
        ctx.exit(1)


@digest.command(epilog="Example: monitor digest test daily --to me@example.org")
@click.argument("name", required=False)
@click.option(
    "--to", "address", required=True, help="A mail address, or a recipient over another channel."
)
@click.pass_context
def test(ctx: click.Context, name: str | None, address: str) -> None:
    """Send what an edition of the last 24 hours would hold, marked as a trial; record nothing.

    It goes to the one address alone: by mail, or, where a recipient of the digest is named as
    config has it (a webhook's address, the variable of a chat), to that one.
    """
    from monitor.service.trial import send_trial
    from monitor.service.ways import ways_of
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        subject = send_trial(services, ways_of(services, os.environ), name, address, utc_now())
    say(f"Sent to {address}: {subject}")


@digest.command("list", epilog="Example: monitor digest list --json")
@click.argument("name", required=False)
@as_json
@click.pass_context
def list_(ctx: click.Context, name: str | None, json_wanted: bool) -> None:
    """List editions, newest first, with their deliveries."""
    from monitor.service import digesting
    from monitor.service.shapes import edition_shape

    with opened(ctx) as services:
        if name is not None:
            name = digesting.digest_named(services, name).name
        editions = services.store.editions.editions(name, forms=False)
    if json_wanted:
        print_json({"editions": [edition_shape(edition) for edition in editions]})
        return
    print_table(
        ("edition", "until", "deliveries", "subject"),
        [
            (each.id, local(each.window.until_at), _deliveries(each), each.rendered.subject)
            for each in editions
        ],
        flexible=("deliveries", "subject"),
    )
    if not editions:
        say("No edition has been sent yet; see what one would hold: monitor digest preview")


@digest.command(epilog="Example: monitor digest show daily-2026-11-23 --format html -o a.html")
@click.argument("edition")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to this file instead.")
@as_json
@click.pass_context
def show(
    ctx: click.Context, edition: str, form: str, output: str | None, json_wanted: bool
) -> None:
    """Show an edition again, byte for byte as it was frozen."""
    from monitor.service import digesting

    with opened(ctx) as services:
        stored = digesting.edition_named(services, edition)
    _give(stored.rendered, "json" if json_wanted else form, output)


@digest.command(epilog="Example: monitor digest retry")
@click.argument("delivery", type=click.IntRange(1), required=False)
@as_json
@click.pass_context
def retry(ctx: click.Context, delivery: int | None, json_wanted: bool) -> None:
    """Try open deliveries again: the one with this number, or all that are planned or failed.

    What may have arrived already (`unknown`) is sent again only when its number is given.
    """
    from monitor.service import outbox
    from monitor.service.shapes import delivery_shape
    from monitor.service.ways import ways_of
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        done = outbox.retry(services, ways_of(services, os.environ), delivery, utc_now)
    if json_wanted:
        print_json({"deliveries": [delivery_shape(each) for each in done]})
    else:
        for each in done:
            click.echo(f"{each.edition or 'alert'} {_standing(each)}")
    if not done:
        say("No delivery is open.")
    if any(_not_there(each) for each in done):
        ctx.exit(1)


def _give(rendered: Rendered, form: str, output: str | None) -> None:
    """Print one form of an edition, or write it to a file."""
    from pathlib import Path

    text = {
        "text": rendered.text,
        "html": rendered.html,
        "markdown": rendered.markdown,
        "json": rendered.json,
    }[form]
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        Path(output).write_text(text, encoding="utf-8", newline="")
        say(f"Written to {output}")


def _deliveries(edition: StoredEdition) -> str:
    return "; ".join(f"{each.id} {_standing(each)}" for each in edition.deliveries)


def _standing(delivery: Delivery) -> str:
    """Say how a delivery stands: "mail me@example.org: failed after 2 attempts, next Mon 07:05: …"."""
    said = f"{delivery.channel} {delivery.to}: {delivery.state}"
    if delivery.state in ("sent", "planned") and delivery.attempts < 2:
        return said
    if delivery.attempts:
        said += f" after {counted(delivery.attempts, 'attempt')}"
    if delivery.next_at:
        said += f", next {local(delivery.next_at)}"
    return f"{said}: {delivery.error}" if delivery.error else said


def _not_there(delivery: Delivery) -> bool:
    """Tell whether somebody waits for it in vain; where nobody wants it any more, nobody does."""
    wanted = delivery.error not in ("unsubscribed", "dismissed by hand")
    return delivery.state in ("failed", "unknown") and wanted
