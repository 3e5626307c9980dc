"""From the stories an alert found to the cards of its message.

The story's lead is the entry to open: one that satisfied the query before others, with a headline and an
address before others, no copy, of the best tier, seen first. Why it is there are the clauses of the
alert's query and the words they found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.digests import entry_texts
from monitor.digests.alerts import outlets_of
from monitor.digests.excerpts import one_line, shorten
from monitor.digests.phrases import count
from monitor.digests.reasons import reasons
from monitor.model.alert import Carried
from monitor.model.digest import Alert
from monitor.model.edition import Card, Volume
from monitor.model.entry import Entry
from monitor.model.topic import Evidence, StoredMatch

MOST_CARDS = 20
"""Stories one message shows; the rest is counted, with the search that lists them."""

_MOST_ENTRIES = 100


def card(
    alert: Alert,
    entries: Sequence[Entry],
    carried: Sequence[Carried],
    found: Mapping[int, tuple[Evidence, ...]],
) -> Card:
    """Return the card of a story.

    `entries` are those of its entries that were read, `carried` all of them, `found` the evidence of
    those that satisfy the query.
    """
    lead = min(entries, key=lambda entry: _lead_order(entry, found))
    evidence = found.get(lead.id) or next(iter(found.values()), ())
    others = (name for name in outlets_of(carried) if name.casefold() != lead.outlet.casefold())
    return Card(
        story=lead.story or 0,
        title=entry_texts.title(lead),
        url=entry_texts.link(lead),
        outlet=entry_texts.outlet(lead),
        via=entry_texts.via(lead),
        published_at=lead.published_at,
        first_seen_at=lead.first_seen_at,
        excerpt=entry_texts.first_sentences(lead),
        language=lead.language,
        outlets=(
            entry_texts.outlet(lead),
            *(shorten(one_line(name), entry_texts.OUTLET_COLUMNS) for name in others),
        ),
        copies=sum(each.copy_of is not None and each.entry != lead.id for each in carried),
        why=reasons(StoredMatch(alert.name, 0, 1, evidence), ()),
        entries=tuple(each.entry for each in carried[:_MOST_ENTRIES]) or (lead.id,),
        revised=lead.revised_at is not None,
    )


def unusual_note(volume: Volume, at: str) -> str:
    """Say that a day was out of the ordinary: "14 stories in the 24 hours up to …; usual are 2 to 7."."""
    told = f"{count(volume.count, 'story', 'stories')} in the 24 hours up to {at}"
    if volume.low is None or volume.high is None:
        return f"{told}."
    if volume.low == volume.high:
        return f"{told}; usual is {volume.low:,}."
    return f"{told}; usual are {volume.low:,} to {volume.high:,}."


def search_since(alert: Alert, first_at: datetime) -> str:
    """Return the query that lists what an alert found since an instant (whole days, in UTC)."""
    return f"({alert.query}) after:{first_at.date().isoformat()}"


def _lead_order(
    entry: Entry, found: Mapping[int, tuple[Evidence, ...]]
) -> tuple[bool, bool, bool, int, int]:
    nothing_to_open = not (entry_texts.has_headline(entry) and entry_texts.link(entry))
    return entry.id not in found, nothing_to_open, entry.copy_of is not None, entry.tier, entry.id
