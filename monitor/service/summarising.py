"""Summaries beside the excerpts of an edition: asked for, held against the sources, or left out.

An edition is complete without any. Whatever a model or its server does, the edition goes out, with
one sentence about what is missing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.digests.summaries import PROMPT_VERSION, prompt, sources_key, sources_of
from monitor.digests.verifying import verified
from monitor.model.digest import Summaries
from monitor.model.edition import Card, Edition, Summary
from monitor.model.entry import Entry
from monitor.service.llm_library import library_model
from monitor.service.models import Ask, Tell, Unanswered, key_fault, server_model

log = logging.getLogger("monitor")

IN_A_ROW = 2
"""Stories without an answer after which no other is asked about."""

Cache = MutableMapping[tuple[str, int, str], str]
"""What was shown of an answer, by model, prompt version and sources."""


@dataclass(slots=True)
class _Tally:
    """How it went: stories asked about, what was shown, and why not all."""

    wanted: int = 0
    found: int = 0
    reason: str = ""


def summarised(
    edition: Edition,
    entries: Mapping[int, Entry],
    settings: Summaries,
    environ: Mapping[str, str],
    ask: Ask,
    *,
    folder: Path,
    cache: Cache,
    clock: Callable[[], float] = time.monotonic,
) -> Edition:
    """Return the edition with summaries on its first cards, in the order of their importance.

    `entries` are those of its cards by id. `ask` posts through the guard and may block for the
    budget in all, so this is nothing for the thread of the database. `clock` tells seconds that
    never run back. `cache` spares a story that was asked about a second question, when the edition
    is composed anew before it is frozen. `folder` is for the files of the library.
    Raises nothing for what a server or a model does.
    """
    if not settings.wanted:
        return edition
    stories = [
        (card.story, sources)
        for card in _by_importance(edition)
        if (sources := sources_of(card, entries))
    ][: settings.per_edition]
    if not stories:
        return edition
    tally = _Tally(len(stories))
    key = environ.get(settings.api_key_env, "") if settings.api_key_env else ""
    tell = _teller(settings, key, ask, folder)
    tally.reason = key_fault(settings.api_key_env, key)
    until = clock() + settings.budget.total_seconds()
    texts: dict[int, str] = {}
    failed = IN_A_ROW if tally.reason else 0
    for story, sources in stories:
        name = (settings.model, PROMPT_VERSION, sources_key(sources))
        if name not in cache:
            if failed >= IN_A_ROW:
                continue
            seconds = min(settings.timeout.total_seconds(), until - clock())
            if seconds <= 0:
                tally.reason, failed = "the time for them was over", IN_A_ROW
                continue
            answer = tell(*prompt(sources), seconds)
            if isinstance(answer, str) and key and key in answer:
                answer = Unanswered("an answer held the key, and was thrown away")
            if isinstance(answer, Unanswered):
                tally.reason = answer.reason
                failed = IN_A_ROW if answer.final else failed + 1
                continue
            failed = 0
            cache[name] = verified(answer, sources)
        if cache[name]:
            texts[story] = cache[name]
    tally.found = len(texts)
    return _with_note(_with_summaries(edition, texts, settings.model), tally)


def _teller(settings: Summaries, key: str, ask: Ask, folder: Path) -> Tell:
    if settings.library:
        return library_model(settings, key, folder)
    return server_model(settings, key, ask)


def _by_importance(edition: Edition) -> Iterator[Card]:
    """Yield a card of each story: the leads, then the others by their rank, the highest first."""
    cards = [card for section in edition.sections for card in section.cards]
    cards += [each.card for each in edition.developing]
    cards += edition.documents
    leads = {lead.story: place for place, lead in enumerate(edition.leads)}
    cards.sort(
        key=lambda card: (
            leads.get(card.story, len(leads)),
            -sum(part.value for part in card.rank),
        )
    )
    seen: set[int] = set()
    for card in cards:
        if card.story not in seen:
            seen.add(card.story)
            yield card


def _with_summaries(edition: Edition, texts: Mapping[int, str], model: str) -> Edition:
    def told(card: Card) -> Card:
        text = texts.get(card.story)
        return replace(card, summary=Summary(text, model, PROMPT_VERSION)) if text else card

    return replace(
        edition,
        sections=tuple(
            replace(section, cards=tuple(map(told, section.cards))) for section in edition.sections
        ),
        developing=tuple(replace(each, card=told(each.card)) for each in edition.developing),
        documents=tuple(map(told, edition.documents)),
    )


def _with_note(edition: Edition, tally: _Tally) -> Edition:
    """Say once, in the edition and in the log, what is missing."""
    if tally.found == tally.wanted:
        log.info("%s: summaries for %d stories", edition.digest, tally.found)
        return edition
    reason = tally.reason or "the other answers did not rest on the sources"
    note = f"Summaries: {tally.found} of {tally.wanted}; {reason}."
    log.warning("%s: %s", edition.digest, note)
    return replace(edition, notes=(*edition.notes, note))
