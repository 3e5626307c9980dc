"""`monitor serve`: the page alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.opening import opened
from monitor.cli.printing import say

if TYPE_CHECKING:
    import asyncio

    from monitor.service.pushing import Pushes
    from monitor.service.running import Beside
    from monitor.service.wiring import Services
    from monitor.web.server import Listener


@click.command(epilog="Example: monitor serve --port 8711")
@click.option("--host", help="The address to listen on; else [web] host.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="The port to listen on, 0 for any free one; else [web] port.",
)
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the page and the JSON API until stopped (Ctrl-C or SIGTERM).

    Nothing is fetched and nothing sent: that is `monitor run`, which may run beside it. The page has
    no login; by default only this machine can reach it.
    """
    import asyncio
    import signal

    with opened(ctx) as services, address_for(services, host, port) as listener:
        page = page_of(services, listener, host)

        async def until_stopped() -> None:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(name, stop.set)
            await page(stop, None)

        asyncio.run(until_stopped())
    say("page stopped.")


def address_for(services: Services, host: str | None, port: int | None) -> Listener:
    """Take the page's address at once. Raises `MonitorError` when it cannot be had."""
    from monitor.web.server import is_open, listen

    settings = services.settings.web
    host = settings.host if host is None else host
    listener = listen(host, settings.port if port is None else port)
    if is_open(listener):
        say(
            f"Anybody who can reach {host} can read this page, since it has no login; "
            "put a proxy with one before it (docs/page.md)."
        )
    return listener


def page_of(services: Services, listener: Listener, host: str | None) -> Beside:
    """Return what serves the page at an address until an event is set; the address stays taken after it."""
    from monitor.service.wiring import utc_now
    from monitor.web.app import create_app
    from monitor.web.server import serve as keep_serving

    async def page(stop: asyncio.Event, pushes: Pushes | None) -> None:
        app = create_app(services, utc_now, host=host or services.settings.web.host, pushes=pushes)
        await keep_serving(
            app, listener.dup(), stop=stop, ready=lambda address: say(f"The page is at {address}")
        )

    return page
