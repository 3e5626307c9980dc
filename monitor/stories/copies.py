"""When two entries are the same text at two outlets or addresses."""

from __future__ import annotations

from datetime import timedelta
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from monitor.model.story import StoryEntry
from monitor.stories.conflicts import overlap
from monitor.stories.features import Surface

COPY_WITHIN = timedelta(days=7)
"""Later repeats of a headline are another occasion."""

SHORT_TITLE = 4
"""Titles of fewer terms ("Weekly briefing") recur: their leads must agree as well."""

IN_ORDER = 0.7
"""Share of the common words that come in one order in nearly the same headlines."""

LONG_EXCERPT = 12
"""Words of an excerpt from which on its repetition is no chance."""


def copy_reason(entry: StoryEntry, seen: Surface, entry2: StoryEntry, seen2: Surface) -> str:
    """Say why one entry repeats the text of another, or "" when it does not."""
    if abs(entry.told_at - entry2.told_at) > COPY_WITHIN:
        return ""
    if seen.template == seen2.template and seen.numbers != seen2.numbers:
        return ""
    if seen.headline and seen.headline == seen2.headline:
        return "same headline" if _may_repeat(entry, seen, entry2, seen2) else ""
    if seen.negated == seen2.negated and _nearly(seen, seen2):
        return "nearly the same headline"
    if _same_excerpt(seen, seen2):
        return "same text under another headline"
    return ""


def same_page(entry: StoryEntry, entry2: StoryEntry) -> bool:
    """Tell whether both have one address, a site's front page aside.

    They are copies only when their text is the same as well: a page may carry a new headline and
    lead in the evening.
    """
    return bool(entry.url) and entry.url == entry2.url and has_path(entry.url)


def same_outlet(entry: StoryEntry, entry2: StoryEntry) -> bool:
    """Tell whether both are of one outlet, as far as it is known."""
    return bool(entry.outlet) and entry.outlet == entry2.outlet


def has_path(url: str) -> bool:
    """Tell whether an address names a page and not only a site."""
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[broken"
        return False
    return len(parts.path) > 1 or bool(parts.query)


def _may_repeat(entry: StoryEntry, seen: Surface, entry2: StoryEntry, seen2: Surface) -> bool:
    """Tell two appearances of one headline from two issues under one name."""
    if not seen.lead or not seen2.lead:
        return len(seen.title) >= SHORT_TITLE or seen.lead == seen2.lead
    agree = overlap(seen.lead, seen2.lead)
    if len(seen.title) < SHORT_TITLE:
        return agree >= 0.5
    later_issue = same_outlet(entry, entry2) and abs(entry.told_at - entry2.told_at) >= timedelta(
        hours=20
    )
    return agree >= 0.2 or not later_issue


def _nearly(seen: Surface, seen2: Surface) -> bool:
    """Tell whether titles differ by an insertion, or by a word or two over one lead."""
    if min(len(seen.title), len(seen2.title)) <= SHORT_TITLE:
        return False
    if seen.numbers and seen2.numbers and seen.numbers != seen2.numbers:
        return False
    alike = overlap(seen.title, seen2.title)
    if alike < 0.65 or not _in_order(seen.headline, seen2.headline):
        return False
    agree = overlap(seen.lead, seen2.lead)
    if seen.lead and seen2.lead and agree < 0.3:
        return False
    inserted = seen.title <= seen2.title or seen2.title <= seen.title
    return agree >= 0.7 or (inserted and alike >= 0.75)


def _in_order(headline: str, headline2: str) -> bool:
    """Tell whether the words that two headlines share come in much the same order.

    Who writes about the same in words of his own puts them elsewhere.
    """
    words, words2 = headline.split(), headline2.split()
    shared = set(words) & set(words2)
    row = [word for word in words if word in shared]
    row2 = [word for word in words2 if word in shared]
    same = sum(each.size for each in SequenceMatcher(None, row, row2, False).get_matching_blocks())
    return same >= IN_ORDER * min(len(row), len(row2))


def _same_excerpt(seen: Surface, seen2: Surface) -> bool:
    if seen.excerpt != seen2.excerpt or seen.excerpt.count(" ") + 1 < LONG_EXCERPT:
        return False
    return overlap(seen.title, seen2.title) >= 0.25 or not (seen.title and seen2.title)
