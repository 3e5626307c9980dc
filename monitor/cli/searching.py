"""`monitor search` and `monitor show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.changes import print_changes, print_edits
from monitor.cli.opening import as_json, opened
from monitor.cli.printing import counted, local, plain, print_json, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from monitor.model.entry import Entry
    from monitor.model.page import PageStanding
    from monitor.model.topic import Evidence
    from monitor.service.searching import Found, Hit

FORMATS = ("table", "json", "jsonl", "csv", "markdown", "atom")


class QueryCommand(click.Command):
    """A command whose arguments are a query: what begins with one minus belongs to it (-topic:*).

    Options may stand anywhere. What begins with two is an option, so that a mistyped one is refused.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the options first and the query behind `--`."""
        takes_value = {
            name: not (option.is_flag or option.count)
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in (*option.opts, *option.secondary_opts)
        }
        options: list[str] = []
        query: list[str] = []
        rest = iter(args)
        for word in rest:
            name, equals, _ = word.partition("=")
            if word == "--":
                query += rest
            elif name not in takes_value and (word[:2] != "--" or " " in name):
                query.append(word)
            else:
                options.append(word)
                if takes_value.get(name) and not equals:
                    value = next(rest, None)
                    if value is None:
                        message = f"Option {name!r} requires an argument."
                        raise click.BadOptionUsage(name, message, ctx)
                    options.append(value)
        return super().parse_args(ctx, [*options, "--", *query])


@click.command(
    cls=QueryCommand,
    epilog="Example: monitor search '\"entity list\" AND (chips OR @chipmakers) since:7d' "
    "--sort newest",
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest"]),
    default="relevance",
    show_default=True,
    help="Best first, or latest seen first.",
)
@click.option("--limit", type=click.IntRange(0, 100_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Leave out the first so many.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@as_json
@click.pass_context
def search(
    ctx: click.Context,
    query: tuple[str, ...],
    sort: str,
    limit: int,
    offset: int,
    form: str,
    json_wanted: bool,
) -> None:
    """Search stored entries.

    QUERY is in the language of topics (docs/topics.md). Quote it for the shell; options stand
    outside the quotes.
    """
    from monitor.service import exporting, searching
    from monitor.service.shapes import search_shape
    from monitor.service.wiring import utc_now

    text = " ".join(query)
    for option in _options_within(ctx, text):
        say(f"note: {option} is read as part of the query; options stand outside the quotes")
    with opened(ctx) as services:
        now = utc_now()
        found = searching.search(
            services,
            text,
            now=now,
            sort="newest" if sort == "newest" else "relevance",
            limit=limit,
            offset=offset,
        )
    if json_wanted or form == "json":
        print_json(search_shape(found))
        return
    for warning in found.warnings:
        say(f"note: {warning}")
    if form == "table":
        _print_found(found, offset, newest=sort == "newest")
    else:
        click.echo(exporting.EXPORTS[form](found, now), nl=False)


def _options_within(ctx: click.Context, text: str) -> list[str]:
    """Return the words of a query that are options of the command."""
    options = {
        name for option in ctx.command.params for name in option.opts if name.startswith("--")
    }
    return [word for word in text.split() if word.partition("=")[0] in options]


def _print_found(found: Found, offset: int, *, newest: bool) -> None:
    """Print the hits, each with the date they are sorted by, otherwise that of publication."""
    if found.hits:
        click.echo(click.style(f"id  {'seen' if newest else 'published'}  outlet  story", dim=True))
    for hit in found.hits:
        click.echo(_hit_lines(hit, newest=newest))
    shown = f"{offset + 1} to {offset + len(found.hits)} of " if found.hits else ""
    say(
        f"{shown}{counted(found.total, 'entry', 'entries')} in {found.seconds * 1000:.0f} ms for: {found.understood}"
    )


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


@click.command(epilog="Example: monitor show e12")
@click.argument("id", metavar="ID")
@click.option("--why", is_flag=True, help="Of a story: what was compared, and what it weighed.")
@as_json
@click.pass_context
def show(ctx: click.Context, id: str, why: bool, json_wanted: bool) -> None:  # noqa: A002
    """Show one entry (e12) or story (s7): text, matches and why, copies, what changed.

    Of a story: its entries, each with why it is there, its copies under it; stories it may have to
    do with; what was decided by hand. One that was merged shows the story its entries went to.
    """
    from monitor.cli.story_text import print_story
    from monitor.service import changes, showing
    from monitor.service.shapes import entry_shape, read_id
    from monitor.service.story_shapes import story_shape

    kind, number = read_id(id)
    with opened(ctx) as services:
        if kind == "s":
            story = showing.whole_story(services, number)
            rulings = showing.rulings_of(services, story)
            changed = changes.story_changes(services, story)
            if json_wanted:
                print_json(story_shape(story, rulings, changed, asked=number))
            else:
                print_story(story, rulings, asked=number, features=why)
                print_changes(changed)
            return
        entry, revisions, copies = showing.whole_entry(services, number)
        page = showing.page_of(services, entry)
        if json_wanted:
            print_json(entry_shape(entry, revisions, copies, page))
        else:
            _print_entry(entry, copies, page)
            print_edits(changes.entry_edits(entry, revisions))


def _print_entry(
    entry: Entry,
    copies: tuple[int, ...],
    page: PageStanding | None,
) -> None:
    click.echo(click.style(plain(entry.title), bold=True))
    click.echo(plain(entry.url or entry.link))
    facts = [
        ("id", f"e{entry.id}" + (f", in story s{entry.story}" if entry.story else "")),
        ("outlet", entry.outlet),
        ("feed", entry.feed_title or entry.feed_url),
        ("author", entry.author),
        ("published", local(entry.published_at) or entry.published_raw),
        ("first seen", local(entry.first_seen_at)),
        ("language", entry.language),
        ("tags", ", ".join(entry.tags)),
        ("copy of", f"e{entry.copy_of}" if entry.copy_of else ""),
        ("copies", ", ".join(f"e{number}" for number in copies)),
        ("marked", ", ".join(["starred"] * entry.starred + ["sent"] * entry.sent)),
        ("text from", _text_from(entry, page)),
        ("withdrawn", _withdrawn(entry.withdrawn_at)),
    ]
    for name, value in facts:
        if value:
            click.echo(f"  {name:<10}  {plain(value)}")
    for match in entry.matches:
        click.echo(f"\nMatches {match.topic} (version {match.version}, points {match.points})")
        for clause, found in _by_clause(match.evidence):
            click.echo(f"  {plain(clause)}: {plain(found)}")
    if not entry.matches:
        click.echo("\nMatches no topic. Why not: monitor topics explain TOPIC e" + str(entry.id))
    click.echo("\n" + "\n".join(plain(line) for line in entry.text.splitlines()))


def _text_from(entry: Entry, page: PageStanding | None) -> str:
    """Say where the text is from, for entries whose page was wanted."""
    if page is None:
        return ""
    if entry.page_text_at:
        return f"its page, {local(entry.page_text_at)}"
    if page.state == "failed":
        return f"the feed; its page could not be had: {page.error}"
    why = f": {page.error}" if page.error else ""
    return f"the feed; its page is asked for after {local(page.next_at)}{why}"


def _withdrawn(at: datetime | None) -> str:
    if at is None:
        return ""
    return f"its feed shows it no more, though older ones, seen {local(at)}"


def _by_clause(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    """Yield each clause once, with the words found and where: “chips” (title), “curbs” (text)."""
    found: dict[str, list[str]] = {}
    for each in evidence:
        where = f" ({each.span.field})" if each.span else ""
        found.setdefault(each.clause, []).append(f"“{each.words}”{where}")
    for clause, words in found.items():
        yield clause, ", ".join(dict.fromkeys(words))
