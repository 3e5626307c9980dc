"""`monitor topics evaluate`: how good the topics are, on labelled entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import counted, plain, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.topics import Evaluation
    from monitor.topics.evaluation import Labelled, Score

FEW = 30
"""With fewer entries that belong to a topic, two versions of it cannot be told apart."""


@click.command(
    epilog="Example: monitor topics evaluate labelled.jsonl --errors   "
    "Or: monitor topics evaluate --judged chips"
)
@click.argument("what", nargs=-1, metavar="[FILE | NAME...]")
@click.option("--judged", is_flag=True, help="Measure on the entries judged with: topics judge.")
@click.option("--errors", is_flag=True, help="List the entries the topics got wrong.")
@as_json
@click.pass_context
def evaluate(
    ctx: click.Context, what: tuple[str, ...], judged: bool, errors: bool, json_wanted: bool
) -> None:
    """Measure the topics, as config/topics.toml has them now, on labelled entries.

    FILE is JSON Lines: title, summary, labels (names of topics); optionally language, source, url,
    published, id, judged (the topics it tells anything about; all without it). With --judged, the
    entries are those judged by hand, and NAME... are the topics to measure. Intervals are 95 %.
    """
    from monitor.service import judging
    from monitor.service.wiring import utc_now
    from monitor.topics import evaluate_topics

    if not judged and len(what) != 1:
        raise click.UsageError("Give a FILE of labelled entries, or --judged, one of them.")
    items = [] if judged else _read(Path(what[0]))
    with opened(ctx) as services:
        topics = services.topics
        if judged:
            topics = judging.topics_named(services, what)
            items = judging.labelled(services, topics)
        result = evaluate_topics(items, topics, utc_now())
    if json_wanted:
        print_json(result.as_json(errors=errors))
    else:
        _print_evaluation(result, errors)


def _read(file: Path) -> list[Labelled]:
    from monitor.errors import UsageError
    from monitor.topics import read_labelled

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{file}: {reason}") from error
    # `splitlines` would also break at characters that may stand inside a JSON string.
    return read_labelled(text.split("\n"), str(file))


def _print_evaluation(result: Evaluation, errors: bool) -> None:
    print_table(
        ("topic", "precision, 95 %", "recall, 95 %", "F1", "right", "wrong", "missed"),
        _rows(result),
        flexible=("precision, 95 %", "recall, 95 %"),
    )
    macro = f"macro F1 {result.macro_f1:.3f} " if len(result.topics) > 1 else ""
    click.echo(f"{macro}over {counted(result.items, 'labelled entry', 'labelled entries')}")
    for wrong in result.errors if errors else ():
        kind = "matched, should not" if wrong.kind == "fp" else "missed"
        words = ", ".join(sorted({each.words for each in wrong.evidence})[:6])
        click.echo(
            f"{wrong.topic}: {kind}: {wrong.id} {plain(wrong.title)}  {plain(words)}".rstrip()
        )
    few = [name for name, score in result.topics.items() if score.tp + score.fn < FEW]
    if few:
        say(
            f"note: fewer than {FEW} labelled entries belong to {', '.join(few)}: the intervals are "
            "too wide to choose between two versions"
        )
    for label in result.unknown:
        say(f"note: no topic is called {label!r}; this label was left out")


def _rows(result: Evaluation) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each topic, and under it one for each language that has anything to tell."""
    for name, score in result.topics.items():
        yield _row(name, score)
        told = {
            language: scores[name]
            for language, scores in result.languages.items()
            if scores[name].tp + scores[name].fp + scores[name].fn
        }
        if len(told) > 1:
            for language, part in told.items():
                named = "language not stated" if language == "unknown" else language
                yield _row(f"· {named}", part)


def _row(name: str, score: Score) -> tuple[Any, ...]:
    shape = score.as_json()
    return (
        name,
        _share(score.precision, shape["precision_interval"], of=score.tp + score.fp),
        _share(score.recall, shape["recall_interval"], of=score.tp + score.fn),
        f"{score.f1:.3f}" if score.tp + score.fp + score.fn else "–",
        score.tp,
        score.fp,
        score.fn,
    )


def _share(share: float, bounds: list[float], *, of: int) -> str:
    """Write a share with its interval; a dash where there is nothing to count."""
    if not of:
        return "–"
    return f"{share:.3f} {bounds[0]:.2f}–{bounds[1]:.2f}"
