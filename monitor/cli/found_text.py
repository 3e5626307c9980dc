"""The result of a search as text and as files, for `monitor search`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import click

from monitor.cli.printing import counted, local, plain, say
from monitor.model.facet import Facets
from monitor.service.export_values import About
from monitor.service.exporting import export
from monitor.service.found_groups import FoundGroups, Group
from monitor.service.found_shapes import group_shape
from monitor.service.searching import Hit
from monitor.service.whole_result import MOST_EXPORTED, whole_result
from monitor.service.wiring import Services


def write_all(services: Services, text: str, form: str, now: datetime) -> None:
    """Write the whole result as it is read."""
    result = whole_result(services, text, now=now)
    written = 0

    def counting() -> Iterator[Hit]:
        nonlocal written
        for hit in result.hits:
            written += 1
            yield hit

    about = About(query=text, understood=result.understood, now=now)
    for piece in export(form, about, counting()):
        click.echo(piece, nl=False)
    if written == MOST_EXPORTED:
        say(
            f"note: these are the newest {MOST_EXPORTED:,}; add before: to the query for older ones"
        )


def write_page(page: FoundGroups, form: str, now: datetime, *, by_story: bool) -> None:
    """Write one page of a result in a form for files."""
    if form == "jsonl" and by_story:
        for group in page.groups:
            click.echo(json.dumps(group_shape(group), ensure_ascii=False))
        return
    about = About(query=page.found.query, understood=page.found.understood, now=now)
    for piece in export(form, about, page.found.hits):
        click.echo(piece, nl=False)


def print_found(page: FoundGroups, offset: int, *, newest: bool, by_story: bool) -> None:
    """Print the hits, each with the date they are sorted by, otherwise that of publication."""
    found = page.found
    if found.hits:
        click.echo(click.style(f"id  {'seen' if newest else 'published'}  outlet  story", dim=True))
    for group in page.groups:
        click.echo(_hit_lines(group.hit, newest=newest))
        if group.more:
            click.echo(f"    {click.style(_more(group), dim=True)}\n")
    total = counted(found.total, "entry", "entries")
    if by_story:
        first = f"{offset + 1} to {offset + len(page.groups)}" if page.groups else "none"
        shown = f"stories {first}, of "
    else:
        shown = f"{offset + 1} to {offset + len(found.hits)} of " if found.hits else ""
    say(f"{shown}{total} in {found.seconds * 1000:.0f} ms for: {found.understood}")


def _more(group: Group) -> str:
    """Say what else of a story was found: "2 more reports by The Wire, The Gazette; 1 copy"."""
    told = []
    for entries, one, many in (
        (group.reports, "more report", "more reports"),
        (group.copies, "copy", "copies"),
    ):
        if entries:
            outlets = ", ".join(dict.fromkeys(plain(entry.outlet) for entry in entries))
            told.append(f"{counted(len(entries), one, many)} by {outlets}")
    return "; ".join(told)


def print_facets(facets: Facets) -> None:
    """Print what the result can be narrowed by, each with the clause to add."""
    over = "" if facets.complete else f" of the newest {facets.considered:,}"
    for facet in facets.facets:
        about = "" if facets.exact else ", about"
        click.echo(click.style(f"{facet.title}{about}{over}", bold=True))
        for choice in facet.choices:
            click.echo(f"  {choice.count:>7,}  {plain(choice.label)}")
        if facet.others:
            click.echo(f"           and {facet.others:,} more")


def _hit_lines(hit: Hit, *, newest: bool) -> str:
    entry = hit.entry
    topics = " ".join(f"[{match.topic}]" for match in entry.matches)
    if newest or entry.published_at is None:
        when = ("" if newest else "seen ") + local(entry.first_seen_at)
    else:
        when = local(entry.published_at)
    head = f"e{entry.id}  {when}  {entry.outlet}"
    if entry.story is not None:
        head += f"  s{entry.story}"
    if entry.copy_of is not None:
        head += f"  copy of e{entry.copy_of}"
    elif hit.copies:
        head += f"  {counted(len(hit.copies), 'copy', 'copies')}"
    lines = [f"{head}  {topics}".rstrip(), "    " + click.style(plain(entry.title), bold=True)]
    if hit.snippet:
        lines.append("    " + _bold(hit.snippet, hit.spans))
    lines.append("    " + click.style(plain(entry.url or entry.link), dim=True))
    return "\n".join(lines) + "\n"


def _bold(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """Make the words found bold; offsets stay right, since each character is kept or blanked."""
    text = "".join(char if char.isprintable() else " " for char in text)
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], click.style(text[start:end], bold=True)]
        at = end
    return "".join([*pieces, text[at:]])
