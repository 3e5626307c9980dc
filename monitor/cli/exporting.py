"""`monitor topics export`: a topic's query for another product."""

from __future__ import annotations

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import print_json, say

SYNTAXES = ("lucene", "google", "meltwater")


@click.command(epilog="Example: monitor topics export export-controls --syntax lucene")
@click.argument("name")
@click.option("--syntax", type=click.Choice(SYNTAXES), required=True, help="Whose syntax.")
@as_json
@click.pass_context
def export(ctx: click.Context, name: str, syntax: str, json_wanted: bool) -> None:
    """Write a topic's query as another product reads it, and say what is lost on the way.

    The query goes to standard output, its lists written out; what is lost to standard error.
    """
    from monitor.errors import MonitorError
    from monitor.service import rematching
    from monitor.topics.export import SYNTAXES as KNOWN
    from monitor.topics.export import export as exported

    with opened(ctx) as services:
        compiled = rematching.topic_named(services, name)
    result = exported(compiled, next(known for known in KNOWN if known == syntax))
    if json_wanted:
        print_json(
            {
                "topic": name,
                "syntax": syntax,
                "query": result.query,
                "lost": list(result.lost),
                "notes": list(result.notes),
            }
        )
        return
    for line in result.lost:
        say(f"lost: {line}")
    for line in result.notes:
        say(f"note: {line}")
    if not result.query:
        raise MonitorError(f"Nothing of the query of {name} can be asked there.")
    click.echo(result.query)
