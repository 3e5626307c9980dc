"""Entities a document defines for itself: how large it would grow by them.

Entities that nest or repeat can make a gigabyte of a kilobyte (the "billion laughs"). External and
parameter entities are never resolved by anything here, so only a document's own texts count.
"""

from __future__ import annotations

import re
from collections import Counter

GROWTH_CAP = 1_000_000
"""Bytes a document may grow by its own entities."""

_DEFINED = re.compile(rb"""<!ENTITY\s+([\w.:-]{1,200})\s+(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(rb"&([\w.:-]{1,200});")
_PASSES = 50


def growth(body: bytes) -> int:
    """Return the bytes by which references to its own entities would make a document (UTF-8) grow.

    What is over the cap, or refers to itself, is only said to be over it.
    """
    if b"<!ENTITY" not in body:
        return 0
    texts = {found[1]: found[2] or found[3] or b"" for found in _DEFINED.finditer(body)}
    if not texts:
        return 0
    sizes = _sizes(texts)
    used = Counter(name for name in _REFERENCE.findall(_DEFINED.sub(b"", body)) if name in texts)
    return sum(count * max(sizes[name] - len(name) - 2, 0) for name, count in used.items())


def _sizes(texts: dict[bytes, bytes]) -> dict[bytes, int]:
    """Return the size of each entity with the entities within it, up to beyond the cap."""
    own = {name: len(text) for name, text in texts.items()}
    within = {
        name: Counter(each for each in _REFERENCE.findall(text) if each in texts)
        for name, text in texts.items()
    }
    sizes = own
    for _ in range(_PASSES):
        larger = {
            name: min(
                own[name] + sum(count * sizes[each] for each, count in within[name].items()),
                2 * GROWTH_CAP,
            )
            for name in texts
        }
        if larger == sizes:
            return sizes
        sizes = larger
    # Deeper than anybody nests, or in a circle.
    return {name: 2 * GROWTH_CAP if within[name] else size for name, size in sizes.items()}
