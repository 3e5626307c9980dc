"""What a card says besides its headline and excerpt: when, who else, and why it is there.

Nothing here knows of editions, so that whatever shows a card says the same: `timezone` is the
IANA zone times are written in, `today` the local date on which they are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from monitor.digests.caps import SHOWN_OUTLETS
from monitor.digests.excerpts import one_line, undirected
from monitor.digests.phrases import count, moment
from monitor.model.edition import Card, Reason, Summary


def when(card: Card, timezone: str, today: date) -> str:
    """Write when the lead was published, or that only the time we saw it is known."""
    if card.published_at is None:
        return f"seen {moment(card.first_seen_at, timezone, today)}"
    return moment(card.published_at, timezone, today)


def facts(card: Card, timezone: str, today: date) -> str:
    """Return what stands beside the outlet: by whose feed, when, whether edited, the topic if told apart."""
    by = f"via {undirected(one_line(card.via))}" if card.via else ""
    edited = "edited since" if card.revised else ""
    topic = undirected(one_line(card.topic_title))
    return " · ".join(part for part in (by, when(card, timezone, today), edited, topic) if part)


def also(card: Card) -> str:
    """Name the other independent outlets and count the copies, or ""."""
    # Who published the primary document is named with it.
    beside = card.document.outlet if card.document else None
    others = [undirected(one_line(name)) for name in card.outlets[1:] if name != beside]
    named = ", ".join(others[: SHOWN_OUTLETS - 1])
    if len(others) > SHOWN_OUTLETS - 1:
        named += f" and {count(len(others) - SHOWN_OUTLETS + 1, 'more outlet', 'more outlets')}"
    copies = (
        count(card.copies, "copy of the same text", "copies of the same text")
        if card.copies
        else ""
    )
    return " · ".join(part for part in (named, copies) if part)


def summary_label(summary: Summary) -> str:
    """Say that a model wrote what follows, and which."""
    model = undirected(one_line(summary.model))
    return f"Summary written by a model ({model or 'not named'}), not by the outlet"


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons one topic gave: each clause with the words it found, as "title “Entity List”"."""

    topic: str
    clauses: tuple[tuple[str, str], ...]


def why(card: Card) -> list[Why]:
    """Group a card's reasons by topic, and within it by clause."""
    grouped = []
    for (topic, version), of_topic in groupby(card.why, key=lambda r: (r.topic, r.version)):
        clauses = tuple(
            (clause, ", ".join(_words(of_clause)))
            for clause, of_clause in groupby(of_topic, key=lambda r: r.clause)
        )
        # A section given by a query has no topic: its reasons name the section, without a version.
        named = f"{topic} v{version}" if version else topic or "this section’s query"
        grouped.append(Why(named, tuple(c for c in clauses if any(c))))
    return grouped


def _words(reasons: Iterable[Reason]) -> list[str]:
    """Write the words field by field: "title “H20”", "text “A800” “H20”"."""
    by_field: dict[str, list[str]] = {}
    for reason in reasons:
        if reason.words:
            by_field.setdefault(reason.field, []).append(f"“{reason.words}”")
    return [" ".join([field, *words]).strip() for field, words in by_field.items()]


def why_line(card: Card) -> str:
    """Return the reasons on one line: `export-controls v2 – "entity list": title “Entity List”`."""
    said = []
    for one in why(card):
        clauses = "; ".join(": ".join(part for part in clause if part) for clause in one.clauses)
        said.append(f"{one.topic} – {clauses}" if clauses else one.topic)
    return " · also ".join(said)
