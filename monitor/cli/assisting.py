"""`monitor mcp`: let an assistant search what is stored, and cite it."""

from __future__ import annotations

import click

from monitor.cli.opening import opened


@click.command(epilog="Example: monitor mcp   (an assistant's program starts it, see docs/mcp.md)")
@click.pass_context
def mcp(ctx: click.Context) -> None:
    """Serve the Model Context Protocol on standard input and output: search, show, digests, topics.

    Read-only, for an assistant that runs on this machine; it ends when its input does. Needs the
    extra `mcp`.
    """
    from monitor.errors import MonitorError
    from monitor.settings.extras import mcp_hint, mcp_missing

    if mcp_missing():
        raise MonitorError(mcp_hint())
    from monitor.cli.mcp_server import serve
    from monitor.service.opened import OpenHome
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        serve(OpenHome(services, utc_now), utc_now)
