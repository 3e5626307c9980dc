"""Which entries come from an official source: who decides, not who writes about it."""

from __future__ import annotations

import re

OFFICIAL_TAGS = frozenset({"official", "primary", "government"})
"""Tags of a feed in config that make all its entries official. Its tier alone does not: the press one
trusts most has the same."""

_GOVERNMENT = re.compile(
    r"(?:^|\.)(?:"
    r"(?:gov|mil)(?:\.[a-z]{2})?|(?:gob|gouv|gub|govt|go|gv|gc|admin|regering|government)\.[a-z]{2}"
    r"|europa\.eu|bund\.de|bundestag\.de|bundesregierung\.de|bundesrat\.de|bundesanzeiger\.de"
    r"|parliament\.uk|senat\.fr|assemblee-nationale\.fr|conseil-constitutionnel\.fr|parl\.ca"
    r"|camara\.leg\.br|senado\.leg\.br|congreso\.es|boe\.es|governo\.it|rijksoverheid\.nl|canada\.ca"
    r"|overheid\.nl|legislation\.uk|npc\.cn|court\.cn"
    r")$"
)


def is_official(host: str, tags: tuple[str, ...]) -> bool:
    """Tell whether an entry at a host, of a feed with these tags, comes from an official source.

    Its host belongs to a government or parliament, or its feed is tagged so.
    """
    return bool(
        OFFICIAL_TAGS.intersection(tag.casefold() for tag in tags)
        or _GOVERNMENT.search(host.lower().rstrip("."))
    )
