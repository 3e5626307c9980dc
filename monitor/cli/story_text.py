"""A story as text: one entry after another, each with why it is there."""

from __future__ import annotations

from collections.abc import Sequence

import click

from monitor.cli.printing import counted, local, plain, say
from monitor.model.ruling import Ruling
from monitor.model.story import Story, StoryMember
from monitor.service.story_shapes import in_words, independent_outlets, ruling_id


def print_story(story: Story, rulings: Sequence[Ruling], *, asked: int, features: bool) -> None:
    """Print a story; with `features`, what was compared for each entry."""
    if asked != story.id:
        say(f"note: s{asked} was merged into s{story.id}")
    copies = sum(member.copy_of is not None for member in story.members)
    facts = [
        f"s{story.id}",
        counted(len(story.members), "entry", "entries"),
        counted(len(independent_outlets(story.members)), "independent outlet"),
        *([counted(copies, "copy", "copies")] if copies else []),
    ]
    click.echo(click.style(plain(story.title), bold=True))
    click.echo("  " + ", ".join(facts))
    if story.merged:
        click.echo("  with " + ", ".join(f"s{number}" for number in story.merged))
    for each in story.absorbed:
        click.echo(f"  s{each.id} turned out to be this story, {local(each.at)}: {plain(each.why)}")
    shown = {member.entry for member in story.members}
    for member in story.members:
        if member.copy_of not in shown:
            _print_member(member, features)
            for copy in story.members:
                if copy.copy_of == member.entry:
                    _print_copy(copy)
    if story.related:
        click.echo("\nPossibly related:")
    for related in story.related:
        click.echo(f"  s{related.id}  {plain(related.title)}")
        click.echo(f"      why: {plain(related.why)} (score {related.score:+.2f})")
    if rulings:
        click.echo("\nDecided by hand:")
    for ruling in rulings:
        click.echo(f"  {ruling_id(ruling.id)}  {local(ruling.decided_at)}  {in_words(ruling)}")


def _head(member: StoryMember) -> str:
    pinned = "  pinned" if member.pinned else ""
    when = local(member.published_at or member.first_seen_at)
    return f"e{member.entry}  {when}  {plain(member.outlet)}{pinned}"


def _print_member(member: StoryMember, features: bool) -> None:
    click.echo(f"\n{_head(member)}")
    click.echo(f"    {plain(member.title)}\n    {plain(member.url)}")
    if member.withdrawn_at:
        click.echo(f"    withdrawn: no longer in its feed, seen {local(member.withdrawn_at)}")
    for why in member.why:
        click.echo(f"    why: {plain(why)}")
    if not features or member.score is None:
        return
    width = max([len(each.name) for each in member.features], default=0)
    for each in member.features:
        click.echo(f"      {plain(each.name):<{width}}  {each.value:>8.2f}  {each.points:>+7.2f}")
    click.echo(f"      score {member.score:+.2f}, version {member.version}")


def _print_copy(member: StoryMember) -> None:
    click.echo(f"    copy: {_head(member)}")
    if member.withdrawn_at:
        click.echo(f"          withdrawn: no longer in its feed, seen {local(member.withdrawn_at)}")
    for why in member.why:
        click.echo(f"          why: {plain(why)}")
