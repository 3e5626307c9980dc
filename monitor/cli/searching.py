"""`monitor search` and `monitor show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.changes import print_changes, print_edits
from monitor.cli.opening import as_json, opened
from monitor.cli.printing import local, plain, print_json, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from monitor.model.entry import Entry
    from monitor.model.page import PageStanding
    from monitor.model.topic import Evidence
    from monitor.service.searching import Sort

FORMATS = (
    "table", "json", "jsonl", "csv", "markdown", "bibtex", "ris", "atom", "jsonfeed",
)  # fmt: skip


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
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="The whole result, newest first, up to 100,000 entries; with a --format for a file.",
)
@click.option(
    "--group",
    type=click.Choice(["entry", "story"]),
    default="entry",
    show_default=True,
    help="One result for each entry, or for each story.",
)
@click.option("--exact", is_flag=True, help="Count every entry that fits, however long that takes.")
@click.option("--facets", is_flag=True, help="Also count topics, outlets, feeds, tags, months.")
@as_json
@click.pass_context
def search(
    ctx: click.Context,
    query: tuple[str, ...],
    sort: str,
    limit: int,
    offset: int,
    form: str,
    whole: bool,
    group: str,
    exact: bool,
    facets: bool,
    json_wanted: bool,
) -> None:
    """Search stored entries.

    QUERY is in the language of topics (docs/topics.md). Quote it for the shell; options stand
    outside the quotes.
    """
    from monitor.cli import found_text
    from monitor.service import facets as surrounding
    from monitor.service.found_groups import flat, grouped
    from monitor.service.found_shapes import facets_shape, grouped_shape
    from monitor.service.searching import search as search_entries
    from monitor.service.shapes import search_shape
    from monitor.service.wiring import utc_now

    text = " ".join(query)
    form = "json" if json_wanted else form
    by_story = group == "story"
    _check_options(form, whole=whole, facets=facets, by_story=by_story)
    for option in _options_within(ctx, text):
        say(f"note: {option} is read as part of the query; options stand outside the quotes")
    with opened(ctx) as services:
        now = utc_now()
        if whole:
            found_text.write_all(services, text, form, now)
            return
        order: Sort = "newest" if sort == "newest" else "relevance"
        if by_story:
            page = grouped(
                services, text, now=now, sort=order, limit=limit, offset=offset, exact=exact
            )
        else:
            entries = search_entries(
                services, text, now=now, sort=order, limit=limit, offset=offset, exact=exact
            )
            page = flat(entries, limit, offset)
        around = surrounding.facets(services, text, now) if facets else None
    found = page.found
    if found.suggestion:
        say(f"Did you mean: {found.suggestion}")
    if form == "json":
        shape = grouped_shape(page) if by_story else search_shape(found)
        print_json(shape | ({"facets": facets_shape(around)} if around else {}))
        return
    for warning in found.warnings:
        say(f"note: {warning}")
    if form != "table":
        found_text.write_page(page, form, now, by_story=by_story)
        return
    found_text.print_found(page, offset, newest=sort == "newest", by_story=by_story)
    if around:
        found_text.print_facets(around)


def _check_options(form: str, *, whole: bool, facets: bool, by_story: bool) -> None:
    """Raise `click.UsageError` for options that do not go together."""
    if whole and form in ("table", "json"):
        raise click.UsageError(
            "--all writes a file: say which with --format, csv or jsonl or another."
        )
    if whole and by_story:
        raise click.UsageError("--all writes entries one by one; leave out --group story.")
    if facets and form not in ("table", "json"):
        raise click.UsageError("--facets goes with a table or --json.")


def _options_within(ctx: click.Context, text: str) -> list[str]:
    """Return the words of a query that are options of the command."""
    options = {
        name for option in ctx.command.params for name in option.opts if name.startswith("--")
    }
    return [word for word in text.split() if word.partition("=")[0] in options]


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
    from monitor.service.masks import feed_of

    click.echo(click.style(plain(entry.title), bold=True))
    click.echo(plain(entry.url or entry.link))
    facts = [
        ("id", f"e{entry.id}" + (f", in story s{entry.story}" if entry.story else "")),
        ("outlet", entry.outlet),
        ("feed", feed_of(entry)),
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
