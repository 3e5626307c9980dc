"""Printing: JSON, tables and progress. Tables are plain when they do not go to a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import compress
from typing import Any

import click


def print_json(document: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say(message: str) -> None:
    """Tell the person something that is not a result."""
    click.echo(message, err=True)


def counted(number: int, one: str, several: str = "") -> str:
    """Write "1 feed", "2 feeds", "2 entries"."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def local(at: datetime | None) -> str:
    """Write an instant in the machine's own zone, to the minute."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def plain(text: str) -> str:
    """Make stored text safe for a terminal: one line, no control characters, no escapes."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def print_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    flexible: Sequence[str] = (),
    piped: Sequence[str] = (),
) -> None:
    """Print rows under headings: drawn on a terminal, separated by tabs elsewhere.

    On a terminal the columns named in `flexible` give way when the line is too long, and those in
    `piped` are left out, as there is no room for them.
    """
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in cells:
            click.echo("\t".join(row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    shown = [heading not in piped for heading in headings]
    for heading in compress(headings, shown):
        loose = heading in flexible
        table.add_column(heading, no_wrap=not loose, overflow="ellipsis" if not loose else "fold")
    for row in cells:
        table.add_row(*(_unmarked(cell) for cell in compress(row, shown)))
    Console().print(table)


def _unmarked(text: str) -> Any:
    from rich.text import Text

    return Text(text)


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[..., None]]:
    """Show a bar on standard error while the block runs, on a terminal only.

    The block is given a function to call after each unit of work, or with how many there were.
    """
    if not sys.stderr.isatty() or total < 2:
        yield lambda _units=1: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(title, total=total)
        yield lambda units=1: bar.advance(task, units)
