"""The piece of a text to show around the words that were found."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model.topic import Span

_CUT = "…"


def snippet(text: str, spans: Sequence[Span], width: int) -> tuple[str, tuple[Span, ...]]:
    """Return about `width` characters of a text, cut at spaces, and the spans within them.

    The piece is where most of the spans are, the earliest one of those; without spans it is the
    beginning. Line breaks become spaces; "…" stands where text is left out.
    """
    flat = "".join(" " if c.isspace() else c for c in text)
    ordered = sorted(
        (s for s in spans if 0 <= s.start < s.end <= len(flat)), key=lambda s: (s.start, s.end)
    )
    width = max(width, 1)
    if len(flat) <= width:
        return flat, tuple(ordered)
    start, end = _window(flat, ordered, width)
    piece = flat[start:end].rstrip()
    end = start + len(piece)
    lead = _CUT if start > 0 else ""
    tail = _CUT if end < len(flat.rstrip()) else ""
    within = [s for s in ordered if start <= s.start and s.end <= end] or [
        # A span wider than the piece is shown as far as it goes.
        Span(s.field, max(s.start, start), min(s.end, end))
        for s in ordered
        if s.start < end and s.end > start
    ]
    moved = len(lead) - start
    return lead + piece + tail, tuple(Span(s.field, s.start + moved, s.end + moved) for s in within)


def _window(text: str, spans: Sequence[Span], width: int) -> tuple[int, int]:
    covered, last, best = 0, 0, (0, 0)
    for at, span in enumerate(spans):
        last = max(last, at)
        while last + 1 < len(spans) and spans[last + 1].end - span.start <= width:
            last += 1
        if last - at + 1 > covered:
            covered = last - at + 1
            best = (span.start, max(s.end for s in spans[at : last + 1]))
    begin, finish = best
    if not covered or finish <= width:
        start = 0
    else:
        start = max(0, begin - max(0, width - (finish - begin)) // 2)
    start = min(start, max(0, len(text) - width))
    return _at_words(text, start, min(len(text), start + width), begin, finish)


def _at_words(text: str, start: int, end: int, begin: int, finish: int) -> tuple[int, int]:
    """Move both ends inwards to a space, but never into what is to be shown."""
    if start > 0 and text[start - 1] != " ":
        space = text.find(" ", start, max(begin, start))
        start = space + 1 if space >= 0 else start
    if end < len(text) and text[end] != " ":
        space = text.rfind(" ", max(finish, start + 1), end)
        end = space if space >= 0 else end
    return start, end
