"""Which entries of a document are which of the known ones: the surest sign first.

A known entry is claimed once. See `identity` for what is done with the pairs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import attrgetter

_SIMILAR = 0.6
_VOLATILE = re.compile(
    r"#?\s?\b\d[\d.,]{0,12}\s?(?:comments?|replies|views?|likes?|points?|shares?|votes?|upvotes?|claps?"
    r"|kommentare?|commentaires?|comentarios?)\b"
    r"|\b(?:comments?|points|views|likes|score)\s?:\s?\d[\d.,]{0,12}"
    r"|\b\d{1,6}\s?(?:sec(?:ond)?s?|min(?:ute)?s?|hours?|days?|weeks?)\s+ago\b"
    r"|[?&](?:utm_\w{1,40}|fbclid|gclid|mc_cid|mc_eid)=[^\s&\"'<>]*",
    re.IGNORECASE,
)
_HAS_VOLATILE = re.compile(r"\d\s*[cklpruvsmhdw]|:\s*\d|[?&](?:utm_|fbc|gcl|mc_)", re.IGNORECASE)
_WEB = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Traits:
    """By what an entry may be recognised. "" where it lacks one."""

    key: str
    guid: str
    place: str
    hash: str
    title: str

    @property
    def name(self) -> str:
        """The guid; lacking one is a name too."""
        return self.guid or "nameless"

    @property
    def spot(self) -> str:
        """The place; lacking one is a place too."""
        return self.place or "nowhere"


_Combination = Callable[[Traits], tuple[str, ...]]

_LEVELS: tuple[tuple[_Combination, str], ...] = (
    (attrgetter("name", "spot", "hash"), ""),
    (attrgetter("key", "spot", "hash"), ""),
    (attrgetter("key", "place"), ""),
    (attrgetter("guid", "place"), ""),
    (attrgetter("key", "hash"), ""),
    (attrgetter("guid", "hash"), "guid"),
    (attrgetter("key", "title"), "guid"),
    (attrgetter("guid", "title"), "guid"),
    (attrgetter("place", "hash"), "place or changed"),
    (attrgetter("place", "title"), "place"),
)
"""Traits that make two entries one when all agree, surest first, and what must be trusted:
a guid or a place that several entries have proves nothing, save where all guids changed."""


def traits(key: str, guid: str, url: str, digest: str, title: str) -> Traits:
    """Fold what must not tell two entries apart: schemes, `www.`, a last slash, letter case."""
    return Traits(
        key=key,
        guid=_WEB.sub("", guid, count=1) if guid.startswith("http") else guid,
        place=_WEB.sub("", url, count=1).rstrip("/"),
        hash=digest,
        title=folded(title).casefold(),
    )


def pair(
    wanted: Sequence[Traits], stored: Sequence[Traits], deleted: set[int]
) -> tuple[dict[int, int], set[int]]:
    """Pair the indexes of `wanted` with those of `stored`; `deleted` are such of `stored`.

    The set holds the indexes of `wanted` that only a guid ties to an entry of another title.
    """
    pairing = _Pairing(wanted, stored)
    for combination, trust in _LEVELS:
        pairing.by_combination(combination, trust)
    pairing.by_whole_key(deleted)
    pairing.by_address(deleted)
    reused = pairing.by_reused_guid()
    return pairing.pairs, reused


def folded(text: str) -> str:
    """Return text without what may change by itself: white space, counters, ages, tracking.

    Titles are recognised by it and keys of texts are made of it, for which it may take too much away:
    what an edit is, `trivial` says. It must not change, or what has no guid and no link comes anew.
    """
    if _HAS_VOLATILE.search(text):
        text = _VOLATILE.sub(" ", text)
    return " ".join(text.split())


def alike(title: str, other: str) -> bool:
    """Tell whether one title may be an edit of the other."""
    if not title or not other:
        return False
    matcher = SequenceMatcher(None, title[:300], other[:300], autojunk=False)
    return matcher.quick_ratio() >= _SIMILAR and matcher.ratio() >= _SIMILAR


class _Pairing:
    """Entries wanted and stored, by index, and which of them have found each other."""

    def __init__(self, wanted: Sequence[Traits], stored: Sequence[Traits]) -> None:
        self.pairs: dict[int, int] = {}
        self._wanted = wanted
        self._stored = stored
        self._left = dict.fromkeys(range(len(stored)))
        self._by_key = {each.key: at for at, each in enumerate(stored)}
        self._guids = _standing_for_one(wanted, stored, attrgetter("guid"))
        self._places = _standing_for_one(wanted, stored, attrgetter("place"))
        guids = {each.guid for each in wanted if each.guid}
        self._both_sides = guids & {each.guid for each in stored}
        self._changed = not self._both_sides

    def by_combination(self, combination: _Combination, trust: str) -> None:
        """Pair those that agree in all traits of the combination, in their order."""
        waiting: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at in reversed(self._left):
            traits = combination(self._stored[at])
            if all(traits):
                waiting[traits].append(at)
        for index in self._free():
            candidates = waiting.get(combination(self._wanted[index]))
            if candidates and self._trusted(self._wanted[index], trust):
                self._take(index, candidates.pop())

    def by_whole_key(self, deleted: set[int]) -> None:
        """Pair by the key where it is all there is: a link, a hash, or a deleted entry's guid."""
        for index in self._free():
            key = self._wanted[index].key
            at = self._by_key.get(key, -1)
            if at in self._left and (at in deleted or not key.startswith("guid:")):
                self._take(index, at)

    def by_address(self, deleted: set[int]) -> None:
        """Pair by the address alone, where one entry has it here and one there, given a sign.

        The sign is a similar title, a guid that only one of them has and nobody else, or that no
        guid of the whole document is known while most entries at the same address are also alike:
        then the publisher changed all guids.
        """
        known_at = {self._stored[at].place: at for at in self._left}
        pairs = [
            (index, known_at[place])
            for index in self._free()
            if (place := self._wanted[index].place) in known_at and place and place in self._places
        ]
        # Of a deleted entry the address is all that is left.
        alike_here = sum(at in deleted or self._alike(index, at) for index, at in pairs)
        alike_before = sum(
            self._wanted[index].place == self._stored[at].place != ""
            for index, at in self.pairs.items()
        )
        unlike = len(pairs) - alike_here
        all_changed = self._changed and alike_here + alike_before > unlike
        for index, at in pairs:
            wanted, stored = self._wanted[index], self._stored[at]
            guid = wanted.guid or stored.guid
            lacking = not (wanted.guid and stored.guid) and guid not in self._both_sides
            if all_changed or lacking or self._alike(index, at):
                self._take(index, at)

    def by_reused_guid(self) -> set[int]:
        """Pair by a guid that stands for one entry; return those whose title differs altogether."""
        reused = set()
        for index in self._free():
            wanted = self._wanted[index]
            at = self._by_key.get(wanted.key, -1)
            if at in self._left and wanted.guid in self._guids:
                self._take(index, at)
                if not alike(wanted.title, self._stored[at].title):
                    reused.add(index)
        return reused

    def _alike(self, index: int, at: int) -> bool:
        return alike(self._wanted[index].title, self._stored[at].title)

    def _free(self) -> list[int]:
        return [index for index in range(len(self._wanted)) if index not in self.pairs]

    def _trusted(self, wanted: Traits, trust: str) -> bool:
        if trust == "guid":
            return wanted.guid in self._guids
        if trust == "place or changed" and (self._changed or not wanted.guid):
            return True
        if trust.startswith("place"):
            return wanted.place in self._places
        return True

    def _take(self, index: int, at: int) -> None:
        self.pairs[index] = at
        del self._left[at]


def _standing_for_one(
    wanted: Sequence[Traits], stored: Sequence[Traits], trait: Callable[[Traits], str]
) -> set[str]:
    """Return the values of a trait that one entry at most has here and there, and ""."""
    here, there = Counter(map(trait, wanted)), Counter(map(trait, stored))
    return {value for value in here if not value or (here[value] <= 1 and there[value] <= 1)}
