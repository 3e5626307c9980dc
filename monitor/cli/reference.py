"""docs/commands.md, written from the commands themselves: `python -m monitor.cli.reference`."""

from __future__ import annotations

from collections.abc import Iterator

import click

HEAD = """\
# Commands

Written by `make docs` from the commands' own help; a test fails when it is stale. The JSON of
each command is described in [json.md](json.md), the query language in [topics.md](topics.md#reference).
"""


def reference() -> str:
    """Return the whole page: each command's help as `--help` prints it."""
    from monitor.cli import cli

    parts = [HEAD]
    for path, command, context in _walk(cli, _root(cli)):
        context.terminal_width = 96
        context.max_content_width = 96
        parts.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def commands() -> list[str]:
    """Return every command as typed: "monitor", "monitor fetch", "monitor feeds add" and so on."""
    from monitor.cli import cli

    return [path for path, _, _ in _walk(cli, _root(cli))]


def _root(cli: click.Command) -> click.Context:
    return click.Context(cli, info_name="monitor", **cli.context_settings)


def _walk(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            child = command.commands[name]
            yield from _walk(
                child,
                click.Context(child, info_name=name, parent=context, **child.context_settings),
            )


if __name__ == "__main__":
    click.echo(reference(), nl=False)
