"""`monitor run`."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import opened
from monitor.cli.printing import counted, say
from monitor.cli.serving import address_for, page_of, told_once

if TYPE_CHECKING:
    from monitor.service.wiring import Services


@click.command(epilog="Example: monitor run --port 8711")
@click.option("--host", help="Serve the page at this address; else [web] host.")
@click.option("--port", type=click.IntRange(0, 65535), help="And port; else [web] port.")
@click.option("--no-web", is_flag=True, help="Do not serve the page.")
@click.pass_context
def run(ctx: click.Context, host: str | None, port: int | None, no_web: bool) -> None:
    """Run the monitor until it is stopped (Ctrl-C or SIGTERM).

    Feeds are fetched when they are due and digests sent at their time; one line on standard error
    for each. Edits to config/ are noticed. Any other command may be used meanwhile.
    """
    import asyncio

    from monitor.service.running import run as keep_running
    from monitor.service.wiring import utc_now
    from monitor.web.handing import is_busy

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    for chatty in ("apscheduler", "httpx", "httpcore", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    ended, listener, tell_address = "changed", None, told_once()
    while ended == "changed":
        with opened(ctx) as services:
            if listener is None and not no_web:
                # Kept while the home is opened anew, so that who asks meanwhile waits and is answered.
                listener = address_for(services, host, port)
            ended = asyncio.run(
                keep_running(
                    services,
                    os.environ,
                    utc_now,
                    ready=lambda: _tell(services),  # called before the next round
                    beside=page_of(services, listener, host, tell_address) if listener else None,
                    busy=is_busy,
                )
            )
        if ended == "changed":
            say("config/ was edited; going on with what it says now.")
    say("monitor stopped.")


def _tell(services: Services) -> None:
    from monitor.digests.windows import next_due, zone
    from monitor.service.wiring import utc_now

    feeds = len(services.settings.feeds)
    say(
        f"monitor runs: {counted(feeds, 'feed')}, {counted(len(services.topics), 'topic')}, "
        f"home {services.home.root}"
    )
    for warning in services.settings.warnings:
        say(f"note: {warning}")
    for digest in services.settings.digests:
        due_at = next_due(digest, utc_now()).astimezone(zone(digest.timezone))
        say(f"next {digest.name} digest: {due_at:%Y-%m-%d %H:%M} {digest.timezone}")
    if not feeds:
        say("No feeds are watched yet; add one with: monitor feeds add URL")
