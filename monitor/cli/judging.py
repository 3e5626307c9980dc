"""`monitor topics judge`, `judged` and `suggest`: tell what belongs, and learn from it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import INSTANT, as_json, entry_number, is_entry, opened
from monitor.cli.printing import counted, local, plain, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.service.suggestions import Suggestion, Suggestions
    from monitor.topics.recall import Estimate

_VERDICTS = {"yes": True, "no": False}
_SAID = {"yes": "belongs", "no": "does not belong"}
_LISTED = 5
_STRATA = {"matched": "matches", "near": "near misses", "rest": "the rest"}


@click.command(epilog="Example: monitor topics judge e12 export-controls yes")
@click.argument("words", nargs=-1, required=True, metavar="ENTRY... TOPIC yes|no")
@click.option("--remove", is_flag=True, help="Take the judgement back (without yes or no).")
@as_json
@click.pass_context
def judge(ctx: click.Context, words: tuple[str, ...], remove: bool, json_wanted: bool) -> None:
    """Say whether an entry belongs to a topic; several entries may be named.

    Judgements measure the topics (topics evaluate --judged) and make suggestions (topics suggest).
    Judging again changes it. A judged entry is never deleted as old.
    """
    from monitor.service import judging
    from monitor.service.wiring import utc_now

    entries, topic = _entries_and_topic(words, remove)
    numbers = list(dict.fromkeys(entry_number(entry) for entry in entries))
    with opened(ctx) as services:
        if remove:
            services.store.judgements.remove(numbers, topic)
            shapes = [
                {"entry": f"e{number}", "topic": topic, "belongs": None, "judged_at": None}
                for number in numbers
            ]
        else:
            said = judging.judge(services, numbers, topic, _VERDICTS[words[-1]], utc_now())
            shapes = [judging.judgement_shape(each) for each in said]
    if json_wanted:
        print_json(shapes[0] if len(shapes) == 1 else {"judgements": shapes})
        return
    what = "is no longer judged for" if remove else f"{_SAID[words[-1]]} to"
    for number in numbers:
        click.echo(f"e{number} {what} {topic}")


def _entries_and_topic(words: tuple[str, ...], remove: bool) -> tuple[list[str], str]:
    """Tell which words are entries and which is the topic; the topic may stand first."""
    *entries, topic = words if remove else words[:-1] or ("",)
    known = remove or words[-1] in _VERDICTS
    if not entries or not known:
        ending = "--remove" if remove else "yes (or no)"
        fault = f"{words[-1]!r} is neither yes nor no. " if entries and not known else ""
        raise click.UsageError(
            f"{fault}Name an entry and a topic: monitor topics judge e12 TOPIC {ending}"
        )
    if is_entry(topic) and not is_entry(entries[0]):
        return [*entries[1:], topic], entries[0]
    return entries, topic


@click.command(epilog="Example: monitor topics judged chips --jsonl > judged.jsonl")
@click.argument("name", required=False)
@click.option(
    "--jsonl", is_flag=True, help="Whole entries with their labels, as topics evaluate reads them."
)
@as_json
@click.pass_context
def judged(ctx: click.Context, name: str | None, jsonl: bool, json_wanted: bool) -> None:
    """List what was judged, of one topic or all.

    With --jsonl it can be kept in a file: the database may be deleted, judgements cannot be collected
    again.
    """
    from monitor.service import judging

    if jsonl and json_wanted:
        raise click.UsageError("Give --json or --jsonl, one of them.")
    with opened(ctx) as services:
        found = judging.judged_entries(services, name)
        nothing = "" if found else judging.nothing_judged(services, name)
    if nothing:
        say(nothing)
    if jsonl:
        for line in judging.judged_lines(found):
            click.echo(line, nl=False)
        return
    shapes = judging.judged_shapes(found)
    if json_wanted:
        print_json({"judgements": shapes})
        return
    print_table(
        ("entry", "topic", "belongs", "judged", "title"),
        [
            (
                shape["entry"],
                shape["topic"],
                "yes" if shape["belongs"] else "no",
                local(each.judgements[shape["topic"]].judged_at),
                plain(shape["title"]),
            )
            for each in found
            for shape in judging.judged_shapes([each])
        ],
        flexible=("title",),
    )


@click.command(epilog="Example: monitor topics suggest export-controls --since 30d")
@click.argument("name")
@click.option("--since", type=INSTANT, help="Only entries first seen since: 2026-11-01, 30d.")
@click.option("--all", "whole", is_flag=True, help="List all entries to judge next, not a few.")
@as_json
@click.pass_context
def suggest(
    ctx: click.Context, name: str, since: datetime | None, whole: bool, json_wanted: bool
) -> None:
    """Propose words that would better a topic, and estimate how much it misses.

    Each proposal is an edit of config/topics.toml with what it would do. Then come entries to judge:
    a random sample of matches, near misses and the rest; once they are judged, precision and recall
    of the topic with 95 % intervals. Changes nothing.
    """
    from monitor.service import suggesting
    from monitor.service.suggestions import suggestions_shape
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        found = suggesting.suggest(services, name, utc_now(), since)
    if json_wanted:
        print_json(suggestions_shape(found))
    elif not found.entries:
        say(f"There are no stored entries{f' since {local(since)}' if since else ''}.")
    else:
        _print_suggestions(found, None if whole else _LISTED)


def _print_suggestions(found: Suggestions, most: int | None) -> None:
    name = found.topic
    if not found.judgements:
        say(
            f"Nothing is judged about {name} yet, so this rests on which words its matches share. "
            f"Judge some entries to learn what is wrong: monitor topics judge e12 {name} yes"
        )
    for kind, heading in (("add", "Words that would add"), ("remove", "Words that would remove")):
        edits = [each for each in found.suggestions if each.edit.candidate.kind == kind]
        if edits:
            click.echo(f"{heading}:\n")
        for each in edits:
            _print_suggestion(each, found.days)
    if not found.suggestions:
        say("No word found that would better the topic.")
    elif any(each.evidence == "judged" for each in found.suggestions):
        say("Judgements carry these, so see what else they change: monitor topics test " + name)
    if found.judgements and found.unwanted_needed:
        from monitor.service.suggesting import UNWANTED

        say(
            f"Words that would remove are proposed once {UNWANTED} matches are judged not to belong: "
            f"{found.unwanted_needed} more needed."
        )
    _print_to_judge(found, most)
    _print_estimate(found)


def _print_to_judge(found: Suggestions, most: int | None) -> None:
    """List what to judge next, so many of each stratum at most, in the order they were drawn."""
    if not found.to_judge:
        return
    first = found.to_judge[0][0].id
    click.echo(
        f"To judge next, beginning with: monitor topics judge e{first} {found.topic} yes (or no)\n"
    )
    for stratum, shown in _STRATA.items():
        entries = [entry for entry, name in found.to_judge if name == stratum]
        for entry in entries[:most]:
            click.echo(f"  {shown:<12} e{entry.id}  {plain(entry.title)}")
        if len(entries) > len(entries[:most]):
            click.echo(f"  {shown:<12} and {len(entries[most:])} more, with --all")


def _print_suggestion(each: Suggestion, days: float) -> None:
    about = "" if each.exact else "about "
    effects = []
    if each.gained:
        effects.append(f"{about}{each.gained} matches more{_a_day(each.gained, days)}")
    if each.lost:
        effects.append(f"{about}{each.lost} matches fewer{_a_day(each.lost, days)}")
    judged = each.judged
    counts = [
        f"{count} {what}"
        for count, what in (
            (judged.wanted_gained, "wanted gained"),
            (judged.unwanted_gained, "unwanted gained"),
            (judged.unwanted_removed, "unwanted removed"),
            (judged.wanted_lost, "wanted lost"),
        )
        if count
    ]
    if counts:
        effects.append(f"judged: {', '.join(counts)}")
    if each.evidence == "unlabelled":
        effects.append(f"not judged: {each.already} of its matches have it, few others do")
    click.echo(f"  {plain(each.edit.written)}\n      {'; '.join(effects)}")
    for entry in each.samples:
        click.echo(f"      e{entry.id}  {plain(entry.title)}")
    click.echo("")


def _a_day(count: int, days: float) -> str:
    return f" ({count / days:.1f} a day)" if count / days >= 0.05 else ""


def _print_estimate(found: Suggestions) -> None:
    from monitor.topics.recall import LEAST, USEFUL

    click.echo("")
    for stratum, size in found.sizes.items():
        judged = found.judged[stratum]
        click.echo(
            f"  {_STRATA[stratum]:<12} {size} entries, of the sample judged: "
            f"{judged.yes} yes, {judged.no} no"
        )
    if found.not_drawn:
        verb = (
            "was not from this list and does"
            if found.not_drawn == 1
            else ("were not from this list and do")
        )
        click.echo(f"  {found.not_drawn} of your judgements {verb} not count for the estimate")
    if found.estimate is None:
        click.echo(f"  precision and recall: not known before {LEAST} of each are judged")
        return
    _print_shares(found.estimate)
    if found.estimate.recall is None and not found.sizes["rest"]:
        click.echo("  nothing that was judged belongs to the topic, so there is no recall")
    elif found.further is None:
        why = ": the rest is too large; narrow it with --since" if found.sizes["rest"] else ""
        click.echo(f"  no thousand judgements would tell the recall well{why}")
    elif found.further[0]:
        number, stratum = found.further
        click.echo(
            f"  judge about {counted(number, 'entry', 'entries')} more, most of them of "
            f"{_STRATA[stratum]}, for an interval of recall no wider than {USEFUL}"
        )


def _print_shares(estimate: Estimate) -> None:
    for name, share, (low, high) in (
        ("precision", estimate.precision, estimate.precision_interval),
        ("recall", estimate.recall, estimate.recall_interval),
    ):
        shown = "–" if share is None else f"{share:.2f}, 95 % interval {low:.2f} to {high:.2f}"
        click.echo(f"  {name:<12} {shown}")
