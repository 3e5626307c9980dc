"""Options and openings that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from monitor.service.wiring import Services
    from monitor.settings.home import Home

Command = TypeVar("Command", bound=Callable[..., Any])


def as_json(command: Command) -> Command:
    """Add `--json`: one JSON document on standard output."""
    return click.option(
        "--json", "json_wanted", is_flag=True, help="Print one JSON document instead."
    )(command)


def home_of(ctx: click.Context) -> Home:
    """Return the home this call is about; see DESIGN: `--home`, `MONITOR_HOME`, here, user's."""
    from monitor.settings.home import find_home

    chosen = ctx.find_root().obj
    return find_home(Path(chosen) if chosen else None, os.environ, Path.cwd())


@contextmanager
def opened(ctx: click.Context) -> Iterator[Services]:
    """Open the home's settings and database for one command."""
    from monitor.service.wiring import open_services, utc_now

    with open_services(home_of(ctx), utc_now()) as services:
        yield services


def is_entry(text: str) -> bool:
    """Say whether a word of the command line is written like the id of an entry, e12."""
    return text[:1] in {"e", "E"} and text[1:].isascii() and text[1:].isdigit()


def entry_number(text: str) -> int:
    """Read the id of an entry (e12) that a command was given; raises `UsageError` for all else."""
    from monitor.errors import NotFoundError, UsageError
    from monitor.service.shapes import read_id

    try:
        kind, number = read_id(text)
    except NotFoundError as error:
        raise UsageError(str(error)) from None
    if kind != "e":
        raise UsageError(f"{text!r} is a story; name an entry, like e12.")
    return number


def story_number(text: str) -> int:
    """Read the id of a story (s7) that a command was given; raises `UsageError` for all else."""
    from monitor.errors import NotFoundError, UsageError
    from monitor.service.shapes import read_id

    try:
        kind, number = read_id(text)
    except NotFoundError as error:
        raise UsageError(str(error)) from None
    if kind != "s":
        raise UsageError(
            f"{text!r} is an entry; name a story, like s7 (monitor show {text} tells which it is in)."
        )
    return number


class Instant(click.ParamType[datetime]):
    """An instant on the command line: a date, a date and time (UTC unless it has an offset)."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read `2026-11-23`, `2026-11-23T07:00`, `2026-11-23T07:00+01:00`, or `36h`, `7d` ago."""
        if isinstance(value, datetime):
            return value
        from monitor.errors import UsageError
        from monitor.service.instants import read_instant

        try:
            return read_instant(str(value), datetime.now(UTC))
        except UsageError as error:
            self.fail(str(error), param, ctx)


INSTANT = Instant()
