"""The piece of a text to show around the words that were found."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model.topic import Span

_CUT = "…"
_BETWEEN = " … "

MOST_PLACES = 3
"""How many places of a text are shown where the words found are far apart."""

_NARROWEST = 40
"""No place gets fewer characters than this; otherwise fewer places are shown."""


def snippet(text: str, spans: Sequence[Span], width: int) -> tuple[str, tuple[Span, ...]]:
    """Return about `width` characters of a text, cut at spaces, and the spans within them.

    The piece is where most of the spans are, the earliest one of those; without spans it is the
    beginning. Where it has none of the other words found, up to `MOST_PLACES` pieces share the width.
    Line breaks become spaces; "…" stands where text is left out.
    """
    flat = "".join(" " if c.isspace() else c for c in text)
    ordered = sorted(
        (s for s in spans if 0 <= s.start < s.end <= len(flat)), key=lambda s: (s.start, s.end)
    )
    width = max(width, 1)
    if len(flat) <= width:
        return flat, tuple(ordered)
    return _joined(flat, ordered, _windows(flat, ordered, width))


def _windows(text: str, spans: Sequence[Span], width: int) -> list[tuple[int, int]]:
    """Return the pieces to show, in the order of the text, none touching another."""
    whole = _window(text, spans, width)
    for places in range(min(MOST_PLACES, width // _NARROWEST), 1, -1):
        chosen: list[tuple[int, int]] = []
        left, said = list(spans), set[str]()
        while left and len(chosen) < places:
            start, end = _window(text, left, width // places)
            inside = [s for s in left if start <= s.start and s.end <= end]
            fresh = {text[s.start : s.end].lower() for s in inside}
            # A place that only says again what another one says is not worth the room.
            if not inside or fresh <= said:
                break
            said |= fresh
            chosen.append((start, end))
            left = [
                s
                for s in left
                if (s.start >= end or s.end <= start) and text[s.start : s.end].lower() not in said
            ]
        shown = {
            text[s.start : s.end].lower()
            for s in spans
            if whole[0] <= s.start and s.end <= whole[1]
        }
        if len(chosen) == places and not said <= shown:
            return _apart(sorted(chosen))
    return [whole]


def _apart(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    apart = windows[:1]
    for start, end in windows[1:]:
        if start <= apart[-1][1] + len(_BETWEEN):
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _joined(
    text: str, spans: Sequence[Span], windows: Sequence[tuple[int, int]]
) -> tuple[str, tuple[Span, ...]]:
    shown, moved = "", list[Span]()
    for at, (start, end) in enumerate(windows):
        piece = text[start:end].rstrip()
        end = start + len(piece)
        shown += _BETWEEN if at else _CUT if start > 0 else ""
        by = len(shown) - start
        within = [s for s in spans if start <= s.start and s.end <= end] or [
            # A span wider than the piece is shown as far as it goes.
            Span(s.field, max(s.start, start), min(s.end, end))
            for s in spans
            if s.start < end and s.end > start
        ]
        moved += [Span(s.field, s.start + by, s.end + by) for s in within]
        shown += piece
    tail = _CUT if end < len(text.rstrip()) else ""
    return shown + tail, tuple(moved)


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
