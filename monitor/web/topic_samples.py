"""Entries of a preview as the page shows them: the words found marked, in the title and around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from monitor.errors import QueryError
from monitor.model.entry import Entry
from monitor.model.topic import Evidence
from monitor.query import snippet
from monitor.service.topic_preview import PartFault, TopicPreview
from monitor.topics import Sample
from monitor.web.presenting import marked

_WIDTH = 200


@dataclass(frozen=True, slots=True)
class ShownSample:
    """An entry with marked title, a marked piece of its text ("" without words there), and a note."""

    entry: Entry
    title: Markup
    snippet: Markup
    note: str


@dataclass(frozen=True, slots=True)
class ShownFault:
    """What is wrong with a part of a topic; `caret` are two lines that point at the place, or ""."""

    part: str
    message: str
    caret: str
    hint: str


def shown(samples: Iterable[Sample]) -> list[ShownSample]:
    """Return samples of a preview ready to be shown."""
    return [
        shown_entry(each.entry, each.match.evidence if each.match else (), each.note)
        for each in samples
    ]


def shown_entry(entry: Entry, evidence: Iterable[Evidence], note: str = "") -> ShownSample:
    """Return an entry with what was found in it marked."""
    spans = [each.span for each in evidence if each.span is not None]
    in_title = [(span.start, span.end) for span in spans if span.field == "title"]
    in_text = [span for span in spans if span.field == "text"]
    piece, found = snippet(entry.text, in_text, _WIDTH) if in_text else ("", ())
    return ShownSample(
        entry,
        marked(entry.title, in_title),
        marked(piece, [(span.start, span.end) for span in found]),
        note,
    )


def shown_faults(faults: Iterable[PartFault]) -> dict[str, list[ShownFault]]:
    """Return faults by the part of the topic they are about."""
    by_part: dict[str, list[ShownFault]] = {}
    for each in faults:
        by_part.setdefault(each.part, []).append(_shown_fault(each))
    return by_part


def shown_preview(preview: TopicPreview) -> dict[str, Any]:
    """Return the values `part_topic_preview.html` asks for."""
    found = preview.found
    return {
        "preview": preview,
        "part_faults": shown_faults(preview.faults),
        "found": found,
        "gained": shown(found.gained_samples) if found else [],
        "lost": shown(found.lost_samples) if found else [],
        "near": shown(found.near_misses) if found else [],
        "samples": shown(found.samples) if found else [],
    }


def _shown_fault(fault: PartFault) -> ShownFault:
    error = fault.error
    if not isinstance(error, QueryError):
        return ShownFault(fault.part, str(error), "", "")
    lines = str(error).removeprefix(f"{error.reason}\n").split("\n")
    return ShownFault(fault.part, error.reason, "\n".join(lines[:2]), error.hint)
