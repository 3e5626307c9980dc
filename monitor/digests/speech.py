"""Where quotation marks of all kinds stand in pairs: the stretches of a text that may be direct speech.

A pair lies within one line; what is left open at its end is dropped, and so is what a pair holds
inside: the outermost counts. Straight marks have no direction. They count only where each of a line, in
turn, stands like one that opens and like one that closes: an inch or a mark too few spoils its line.
A single mark may be an apostrophe; ‘this’ counts where it closes behind a full stop, comma or the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from monitor.stories.folding import CJK


class Spoken(NamedTuple):
    """A stretch between two marks: `opens` and `closes` are those of the marks, the rest of what they hold."""

    opens: int
    start: int
    end: int
    closes: int


_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_MARKS = re.compile('[“”„«»‘’「」『』"]')
_CLOSING = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‘": "’",
    "「": "」",
    "『": "』",
}
_ENDS_SPEECH = ".,!?…"
_OPENS_AFTER = "([{—–-:/,，。：；、！？"
_IS_CJK = re.compile(f"[{CJK}]")


def spoken(text: str) -> list[Spoken]:
    """Return the outermost pairs of a text in order, without the blanks at both ends."""
    found: list[Spoken] = []
    for line in _LINE.finditer(text):
        start, end = line.span()
        directed = list(_directed(text, start, end))
        straight = list(_straight(text, start, end, directed))
        inside = [one for one in directed if not _held_by(one, straight)]
        found += sorted([*inside, *straight])
    return [each for each in (_stripped(text, one) for one in found) if each is not None]


def _directed(text: str, start: int, end: int) -> Iterator[Spoken]:
    """Yield the outermost pairs of marks that have a direction."""
    opener, opens, depth = "", 0, 0
    for mark in _MARKS.finditer(text, start, end):
        char, at = mark[0], mark.start()
        if char == '"':
            continue
        if not opener:
            if char in _CLOSING and _may_open(text, at, start, end):
                opener, opens, depth = char, at, 1
            continue
        if char in _CLOSING[opener]:
            if opener == "‘" and not _ends_speech(text, at, end):
                continue
            depth -= 1
            if not depth:
                yield Spoken(opens, opens + 1, at, at)
                opener = ""
        elif char == opener and _may_open(text, at, start, end):
            depth += 1


def _may_open(text: str, at: int, start: int, end: int) -> bool:
    char = text[at]
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if char in "»‘":  # those that close elsewhere, or stand within words
        return (before.isspace() or before in _OPENS_AFTER) and not after.isspace()
    return True


def _ends_speech(text: str, at: int, end: int) -> bool:
    after = text[at + 1] if at + 1 < end else " "
    return text[at - 1] in _ENDS_SPEECH and not after.isalnum()


def _straight(text: str, start: int, end: int, directed: list[Spoken]) -> Iterator[Spoken]:
    """Yield the pairs of straight marks of a line, or none where one of them is in doubt."""
    places = []
    pairs = iter(directed)
    pair = next(pairs, None)
    for mark in re.finditer('"', text[start:end]):
        at = start + mark.start()
        while pair is not None and pair.closes < at:
            pair = next(pairs, None)
        if pair is None or at < pair.opens:
            places.append(at)
    if len(places) % 2:
        return
    for number, at in enumerate(places):
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if number % 2:
            fits = not before.isspace() and (not after.isalnum() or _IS_CJK.match(after))
        else:
            fits = not after.isspace() and (
                before.isspace() or before in _OPENS_AFTER or _IS_CJK.match(before) is not None
            )
        if not fits:
            return
    for opens, closes in zip(places[::2], places[1::2], strict=True):
        yield Spoken(opens, opens + 1, closes, closes)


def _held_by(one: Spoken, others: list[Spoken]) -> bool:
    """Tell whether a pair lies within one of others, which are in order."""
    low, high = 0, len(others)
    while low < high:
        middle = (low + high) // 2
        if others[middle].closes < one.opens:
            low = middle + 1
        else:
            high = middle
    return low < len(others) and others[low].opens < one.opens


def _stripped(text: str, one: Spoken) -> Spoken | None:
    """Leave out blanks at both ends, and a comma at the end, which is the writer's."""
    start, end = one.start, one.end
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",，"):
        end -= 1
    return one._replace(start=start, end=end) if start < end else None
