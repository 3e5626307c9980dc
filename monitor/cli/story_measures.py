"""`monitor stories evaluate`: how well entries are grouped, on labelled ones."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import as_json
from monitor.cli.printing import plain, print_json, progress, say

if TYPE_CHECKING:
    from monitor.model.story import StoryEntry
    from monitor.stories.labelled import LabelledEntry


@click.command(
    epilog="Example: monitor stories evaluate labelled.jsonl --lookalikes apart.jsonl --errors"
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--lookalikes",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Pairs that must stay apart: a and b, ids. By default lookalikes-NAME beside FILE, if there.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what was found: id, story, copy, one JSON object a line.",
)
@click.option("--errors", is_flag=True, help="List what was put together or kept apart wrongly.")
@as_json
def evaluate(
    file: Path, lookalikes: Path | None, output: Path | None, errors: bool, json_wanted: bool
) -> None:
    """Measure how well entries are grouped into stories and copies, on labelled entries.

    FILE is JSON Lines: id, title, published, story; optionally summary, source, language, url, copy.
    Entries arrive one by one in time order, with titles and summaries only. No home is needed, and
    nothing is stored. docs/stories.md says what the measures are.
    """
    from monitor.stories.arriving import arrived
    from monitor.stories.evaluation import evaluate as measured
    from monitor.stories.labelled import read_labelled, read_lookalikes

    labelled = read_labelled(_lines(file), str(file))
    beside = file.with_name(f"lookalikes-{file.name}")
    if lookalikes is None and beside.exists():
        lookalikes = beside
    apart = (
        [] if lookalikes is None else read_lookalikes(_lines(lookalikes), labelled, str(lookalikes))
    )
    with progress("Grouping", len(labelled)) as advance:
        found = arrived((each.entry for each in labelled), on_entry=lambda _: advance())
    if output is not None:
        _write(output, labelled, found)
    result = measured(labelled, found, apart)
    if json_wanted:
        print_json(result.as_json())
        return
    for line in result.lines():
        click.echo(line)
    if lookalikes is None:
        say("No pairs that must stay apart are given: --lookalikes FILE")
    if errors:
        _print_errors(labelled, found, result.wrong)


def _lines(file: Path) -> list[str]:
    from monitor.errors import UsageError

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{file}: {reason}") from error
    # `splitlines` would also break at characters that may stand inside a JSON string.
    return text.split("\n")


def _write(file: Path, labelled: Iterable[LabelledEntry], found: Iterable[StoryEntry]) -> None:
    from monitor.errors import UsageError

    by_number = {entry.id: entry for entry in found}
    lines = [
        json.dumps(
            {
                "id": each.name,
                "story": f"s{by_number[each.entry.id].story}",
                "copy": f"c{by_number[each.entry.id].copy_of or each.entry.id}",
            },
            ensure_ascii=False,
        )
        for each in labelled
    ]
    try:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error


def _print_errors(
    labelled: Iterable[LabelledEntry],
    found: Iterable[StoryEntry],
    wrong: Iterable[tuple[str, str]],
) -> None:
    by_number = {entry.id: entry for entry in found}
    title = {each.name: each.entry.title for each in labelled}
    ours: dict[str, list[LabelledEntry]] = defaultdict(list)
    theirs: dict[str, list[LabelledEntry]] = defaultdict(list)
    for each in labelled:
        ours[str(by_number[each.entry.id].story)].append(each)
        theirs[each.story].append(each)
    for one, other in wrong:
        click.echo(f"\nlook-alikes in one story: {one} {plain(title[one])}")
        click.echo(f"  and {other} {plain(title[other])}")
    for members in ours.values():
        if len({each.story for each in members}) > 1:
            click.echo("\nput together, labelled apart:")
            for each in members:
                click.echo(f"  {each.story}  {each.name}  {plain(each.entry.title)}")
    for members in theirs.values():
        if len({by_number[each.entry.id].story for each in members}) > 1:
            click.echo(f"\nlabelled together ({members[0].story}), kept apart:")
            for each in members:
                story = by_number[each.entry.id].story
                click.echo(f"  s{story}  {each.name}  {plain(each.entry.title)}")
