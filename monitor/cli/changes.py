"""Showing what changed: `[-removed-]` and `{+added+}` in an edited text, the timeline of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.printing import local, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model.change import Change, Edit, Piece

_MARKS = {"removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}


def print_edits(edits: Sequence[Edit]) -> None:
    """Print what each edit changed, the oldest first."""
    for edit in edits:
        click.echo(f"\nEdited, seen {local(edit.seen_at)}")
        for name, pieces in (("title", edit.title), ("text", edit.text)):
            if pieces:
                click.echo(f"  {name + ':':<6} {marked(pieces)}")
        if not (edit.title or edit.text):
            click.echo("  white space only")


def marked(pieces: Sequence[Piece]) -> str:
    """Write pieces in one line, with marks that stay without colours."""
    out = []
    for piece in pieces:
        text = plain(piece.text)
        before, after = piece.text[:1].isspace(), piece.text[-1:].isspace()
        if piece.kind in _MARKS and text:
            start, end, colour = _MARKS[piece.kind]
            text = click.style(f"{start}{text}{end}", fg=colour)
        out.append(f"{' ' * before}{text}{' ' * after}")
    return "".join(out).strip()


def print_changes(changes: Sequence[Change]) -> None:
    """Print the timeline of a story."""
    if changes:
        click.echo("\nWhat changed")
    for change in changes:
        click.echo(f"  {local(change.at)}  e{change.entry}  {plain(change.text)}")
