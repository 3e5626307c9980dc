"""From what was gathered for a window to its edition: which story stands where, and what is left out.

The decisions, each of them determined by the stored values alone:

- **A card is a story.** Its lead is the entry with a headline and an address that is no copy, of the press
  before an official source, of the best tier, with the most points, seen first: in this order.
- **A story appears once.** One that stood in an earlier edition of the digest is told again only for
  material news, among the developing ones. One that none but official sources tell stands among the
  documents. Any other stands in the first section, in the digest's order, that its lead matches; the other
  topics are named among the reasons. So narrow topics belong before wide ones.
- **Order**: `ranking`. **What is left out**: `caps`; each entry of it is in the ledger (`left_out`).
- **Outlets, not feeds, are counted**, and only by entries that are no copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digests import caps
from monitor.digests.arranging import arrange, parts
from monitor.digests.asides import asides, bounded_notes
from monitor.digests.candidates import Candidate, candidates
from monitor.digests.headings import headings
from monitor.digests.leads import LEAD_BYTES, LEADS, importance, leads
from monitor.digests.quotes import quotes
from monitor.digests.windows import Due, zone
from monitor.model.digest import Digest, Recipient
from monitor.model.edition import Card, Coverage, Edition, Gathered, LeftOut, Quote
from monitor.model.entry import Entry
from monitor.model.topic import Topic

WEEK = timedelta(days=7)

QUOTE_BYTES = 1_500
"""Room kept for each quotation."""

_QUOTES_ROOM = 6_000
_QUOTE_MARKUP = 500
_LONGEST_QUOTE_URL = 400
_SHOWN_TROUBLES = 6
_TROUBLE_BYTES = 700
_SHOWN_QUIET = 12


def compose(
    digest: Digest,
    due: Due,
    topics: Sequence[Topic],
    gathered: Gathered,
    edition_id: str = "",
) -> Edition:
    """Return the edition of a window.

    `topics` are all of config's, in its order. Of the gathered entries those are told that match one of the
    digest's sections or topics; others are passed over. `edition_id` is "" for a preview. Raises
    `UsageError` for a digest that names a topic nobody has.
    """
    heads = headings(digest, topics)
    found = candidates(gathered, heads, digest.weights)
    stories = parts(found, heads, gathered)
    wanted = {match.topic for candidate in found for match in candidate.found}
    quiet = tuple(heading.title for heading in heads if heading.name not in wanted)
    coverage = replace(
        gathered.coverage,
        entries_matched=sum(len(candidate.entries) for candidate in found),
        copies_folded=sum(candidate.copies for candidate in found),
        stories=len(found),
        told_before=len(stories.silent),
    )
    beside = asides(digest, heads, gathered)
    taken = _frame_weight(digest, coverage, quiet) + beside.weight + _reserved(digest)
    told = arrange(digest, heads, stories, gathered, caps.EDITION_BYTES - taken)
    return Edition(
        digest=digest.name,
        title=digest.title,
        id=edition_id,
        slot=due.slot,
        local_on=due.local_on,
        window=due.window,
        coverage=coverage,
        sections=told.sections,
        missed=due.missed,
        quiet=quiet,
        leads=leads(told.cards),
        developing=told.developing,
        more_developing=len(stories.developing) - len(told.developing),
        documents=told.documents,
        more_documents=len(stories.documents) - len(told.documents),
        quotes=_quotes(digest, _entries_by_importance(told.cards, gathered.entries)),
        changed=beside.changed,
        more_changed=beside.more_changed,
        volumes=beside.volumes,
        near_misses=beside.near_misses,
        left_out=_left_out(told.more, stories.silent),
        notes=bounded_notes([told.note, *beside.notes]),
        page_url=beside.page_url,
    )


def recipients(
    digest: Digest, edition: Edition, last_sent_at: datetime | None = None
) -> tuple[Recipient, ...]:
    """Return who gets the edition: nobody on an empty day when the digest skips those.

    With `when_empty` "weekly" an empty one goes out when none was delivered in the seven local days
    before it; `last_sent_at` is the cutoff of the newest edition that had deliveries, None where none
    had. A day on which we could not look is not an empty one, and is always told.
    """
    if digest.when_empty == "send" or could_not_look(edition) or not is_empty(edition):
        return digest.to
    if digest.when_empty == "skip":
        return ()
    if last_sent_at is None:
        return digest.to
    # Between local dates: a week with a clock change has an hour more or less.
    local = zone(edition.window.timezone)
    until_at, sent_at = edition.window.until_at, last_sent_at
    days = until_at.astimezone(local).date() - sent_at.astimezone(local).date()
    return digest.to if days >= WEEK else ()


def is_empty(edition: Edition) -> bool:
    """Whether an edition tells nothing: no story, no changed entry, and no news of a feed in trouble."""
    return not (
        edition.sections
        or edition.developing
        or edition.more_developing
        or edition.documents
        or edition.more_documents
        or edition.changed
        or edition.coverage.troubles
    )


def could_not_look(edition: Edition) -> bool:
    """Whether there were feeds of which none was read in the window."""
    return edition.coverage.feeds > 0 and edition.coverage.checked == 0


def _quotes(digest: Digest, entries: Sequence[Entry]) -> tuple[Quote, ...]:
    """Return what is quoted of the entries that stand on a card, those of the weightiest stories first.

    At most `digest.quotes`, each of at most `QUOTE_BYTES` in HTML, together within `_QUOTES_ROOM`.
    """
    found = [
        each if len(each.url) <= _LONGEST_QUOTE_URL else replace(each, url="")
        for each in quotes(entries, digest.quotes)
    ]
    fitting = (each for each in found if _quote_weight(each) <= QUOTE_BYTES)
    return caps.within(fitting, _quote_weight, _QUOTES_ROOM)


def _quote_weight(quote: Quote) -> int:
    return _QUOTE_MARKUP + caps.text_bytes(quote.text, quote.speaker, quote.outlet, quote.url)


def _entries_by_importance(cards: Sequence[Card], entries: Iterable[Entry]) -> list[Entry]:
    by_id = {entry.id: entry for entry in entries}
    ranked = sorted(cards, key=importance)
    return [by_id[number] for shown in ranked for number in shown.entries]


def _left_out(more: Iterable[Candidate], silent: Iterable[Candidate]) -> tuple[LeftOut, ...]:
    """Return the ledger of what is covered and not shown, by entry."""
    left = [LeftOut(entry, each.story, "more") for each in more for entry in each.entries]
    left += [LeftOut(entry, each.story, "told-before") for each in silent for entry in each.entries]
    return tuple(sorted(left, key=lambda one: one.entry))


def _frame_weight(digest: Digest, coverage: Coverage, quiet: Sequence[str]) -> int:
    """Estimate the bytes of an edition without stories: markup, coverage, troubles, quiet topics."""
    return (
        caps.FRAME_BYTES
        + 3 * caps.text_bytes(digest.title)
        + _TROUBLE_BYTES * min(len(coverage.troubles), _SHOWN_TROUBLES)
        + caps.text_bytes(*quiet[:_SHOWN_QUIET])
    )


def _reserved(digest: Digest) -> int:
    """Return the bytes kept for what is chosen from the cards, once these are known."""
    return LEADS * LEAD_BYTES + min(digest.quotes * QUOTE_BYTES, _QUOTES_ROOM)
