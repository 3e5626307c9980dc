"""`monitor serve`: the page alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.opening import opened
from monitor.cli.printing import say

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

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

    Nothing is fetched and nothing sent: that is `monitor run`, which may run beside it. By default only
    this machine can reach it; another address needs a password first (`monitor access password`).
    """
    import asyncio
    import signal

    with opened(ctx) as services, address_for(services, host, port) as listener:
        page = page_of(services, listener, host, told_once())

        async def until_stopped() -> None:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(name, stop.set)
            await page(stop, None)

        asyncio.run(until_stopped())
    say("page stopped.")


def address_for(services: Services, host: str | None, port: int | None) -> Listener:
    """Take the page's address at once.

    Raises `MonitorError` when it cannot be had, `UsageError` for one that others can reach while nobody would be
    asked who they are.
    """
    from monitor.service.access import check_may_serve
    from monitor.settings.access import read_access
    from monitor.web.server import is_open, listen

    settings = services.settings.web
    host = settings.host if host is None else host
    check_may_serve(settings, host, read_access(services.home))
    listener = listen(host, settings.port if port is None else port)
    if is_open(listener):
        say(
            f"Whoever can reach {host} is asked to log in. What they send and see can be read on the way; "
            "put a web server with https before it (docs/access.md)."
        )
    return listener


def told_once(*more: str) -> Callable[[str], None]:
    """Return what tells where the page is, and `more` in lines below, when it is first called.

    It stays there while the home is opened anew after edits.
    """
    told = False

    def tell(address: str) -> None:
        nonlocal told
        if not told:
            say("\n".join([f"The page is at {address}", *more]))
        told = True

    return tell


def page_of(
    services: Services, listener: Listener, host: str | None, ready: Callable[[str], None]
) -> Beside:
    """Return what serves the page at an address until an event is set; the address stays taken after it.

    `ready` is called with the page's address whenever it answers.
    """
    from monitor.service.wiring import utc_now
    from monitor.web.app import create_app
    from monitor.web.server import serve as keep_serving

    async def page(stop: asyncio.Event, pushes: Pushes | None) -> None:
        app = create_app(services, utc_now, host=host or services.settings.web.host, pushes=pushes)
        await keep_serving(app, listener.dup(), stop=stop, ready=ready)

    return page
