"""The command `monitor`.

Each module of this room holds some commands. They import nothing heavy until a command runs, so
that `monitor --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from monitor import __version__
from monitor.cli import (
    access,
    adding,
    alerts,
    assisting,
    checking,
    database,
    deciding,
    digests,
    exporting,
    feeds,
    fetching,
    judging,
    measuring,
    running,
    searches,
    searching,
    serving,
    setup,
    similar,
    starring,
    stories,
    topic_edits,
    topics,
    trying,
)
from monitor.errors import MonitorError


class Sections(click.Group):
    """A group whose help lists its commands by what people come for."""

    sections: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Start", ("init", "demo", "run", "serve", "doctor")),
        ("Receive", ("fetch", "digest", "alerts")),
        ("Search", ("search", "searches", "show", "similar", "star", "stories", "mcp")),
        ("Configure", ("feeds", "topics", "access")),
        ("Keep", ("db",)),
    )

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  # click calls it with both
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the commands under their headings."""
        for heading, names in self.sections:
            commands = [(name, self.commands[name]) for name in names if name in self.commands]
            rows = [(name, command.get_short_help_str(80)) for name, command in commands]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


@click.group(
    cls=Sections,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: monitor search 'title:(export control*) since:7d'   "
    "Help on a command: monitor COMMAND --help",
)
@click.option(
    "--home",
    "home",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="The folder that holds config/ and db/. Otherwise $MONITOR_HOME, else this folder if it "
    "holds config/monitor.toml, else the user's data folder.",
)
@click.version_option(__version__, prog_name="monitor")
@click.pass_context
def cli(ctx: click.Context, home: str | None) -> None:
    """Watch feeds on AI policy: receive a daily digest, search what was stored, configure both.

    Results go to standard output, messages to standard error. Exit status: 0 done, 1 could not
    do it, 2 wrong usage or wrong configuration.
    """
    ctx.obj = home


for command in (
    topic_edits.add,
    topic_edits.edit,
    topic_edits.remove,
    trying.test,
    measuring.evaluate,
    judging.judge,
    judging.judged,
    judging.suggest,
):
    topics.topics.add_command(command)

for command in (
    setup.init,
    setup.demo,
    setup.doctor,
    running.run,
    serving.serve,
    fetching.fetch,
    searching.search,
    searching.show,
    searches.searches,
    similar.similar,
    starring.star,
    assisting.mcp,
    stories.stories,
    digests.digest,
    alerts.alerts,
    feeds.feeds,
    topics.topics,
    database.db,
    access.access,
):
    cli.add_command(command)

for command in (adding.add, adding.discover, checking.check, checking.show):
    feeds.feeds.add_command(command)

topics.topics.add_command(exporting.export)
feeds.feeds.add_command(deciding.undo)
feeds.feeds.add_command(deciding.accept)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status. Never a traceback for bad input."""
    try:
        status = cli.main(args=arguments, prog_name="monitor", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.ClickException as error:
        error.show()
        status = 2 if isinstance(error, click.UsageError) else error.exit_code
    except MonitorError as error:
        click.echo(f"monitor: {error}", err=True)
        status = error.exit_status
    except (KeyboardInterrupt, click.Abort):
        status = 130
    except BrokenPipeError:
        # The reader has had enough (`monitor search x | head`); leave nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        click.echo(f"monitor: {error.strerror or error}: {error.filename or 'output'}", err=True)
        status = 1
    sys.exit(status if isinstance(status, int) else 0)
