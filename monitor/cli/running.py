"""`monitor run`."""

from __future__ import annotations

import logging
import os

import click

from monitor.cli.opening import opened
from monitor.cli.printing import local, say


@click.command(epilog="Example: monitor run")
@click.pass_context
def run(ctx: click.Context) -> None:
    """Run the monitor until it is stopped (Ctrl-C or SIGTERM).

    Feeds are fetched when they are due and digests sent at their time; one line on standard error
    for each. Any other command may be used meanwhile.
    """
    import asyncio

    from monitor.digests.windows import next_due
    from monitor.service.running import run as keep_running
    from monitor.service.wiring import utc_now

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    for chatty in ("apscheduler", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with opened(ctx) as services:
        digests = services.settings.digests

        def ready() -> None:
            say(
                f"monitor runs: {len(services.settings.feeds)} feeds, "
                f"{len(services.topics)} topics, home {services.home.root}"
            )
            for digest in digests:
                say(f"next {digest.name} digest: {local(next_due(digest, utc_now()))}")
            if not services.settings.feeds:
                say("No feeds are watched yet; add one with: monitor feeds add URL")

        asyncio.run(keep_running(services, os.environ, utc_now, ready=ready))
    say("monitor stopped.")
