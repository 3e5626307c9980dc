"""Summaries beside the excerpts of an edition: asked for, held against the sources, or left out.

An edition is complete without any. Whatever a model or its server does, the edition goes out, with
one sentence about what is missing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from monitor.digests.leads import importance
from monitor.digests.summaries import PROMPT_VERSION, Source, prompt, sources_key, sources_of
from monitor.digests.verifying import verified
from monitor.model.digest import Summaries
from monitor.model.edition import Card, Edition, Summary
from monitor.model.entry import Entry
from monitor.service.llm_library import library_model
from monitor.service.models import Ask, Tell, Unanswered, key_fault, server_model

log = logging.getLogger("monitor")

IN_A_ROW = 2
"""Stories without an answer after which no other is asked about."""

Key = tuple[str, int, str]
"""What an answer was given to: the model, the prompt's version and the sources."""


@dataclass(slots=True)
class Answers:
    """What may be shown of the answers so far, "" where nothing; kept while an edition is made.

    `reason` is why one that was wanted is not there, `spent` are the seconds all of them took; when
    it is `over`, no more is asked for.
    """

    texts: dict[Key, str] = field(default_factory=dict)
    reason: str = ""
    spent: float = 0.0
    over: bool = False


def summarised(
    edition: Edition,
    entries: Mapping[int, Entry],
    settings: Summaries,
    environ: Mapping[str, str],
    ask: Ask,
    *,
    folder: Path,
    answers: Answers,
    clock: Callable[[], float] = time.monotonic,
) -> Edition:
    """Return the edition with summaries on its first cards: `ask_for` them, and `with_summaries`."""
    ask_for(edition, entries, settings, environ, ask, folder=folder, answers=answers, clock=clock)
    return with_summaries(edition, entries, settings, answers)


def ask_for(
    edition: Edition,
    entries: Mapping[int, Entry],
    settings: Summaries,
    environ: Mapping[str, str],
    ask: Ask,
    *,
    folder: Path,
    answers: Answers,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Ask about the first stories of an edition, in the order of their importance; fill `answers`.

    `entries` are those of its cards by id. This may block for the budget, so it is nothing for the thread
    of the database. `clock` tells seconds that never run back. A story whose answer is there is not asked
    about again. `folder` is for the files of the library.
    Raises nothing for what a server or a model does.
    """
    stories = _stories(edition, entries, settings)
    if not stories or answers.over:
        return
    key = environ.get(settings.api_key_env, "") if settings.api_key_env else ""
    if fault := key_fault(settings.api_key_env, key):
        answers.reason, answers.over = fault, True
        return
    tell = _teller(settings, key, ask, folder)
    began = clock() - answers.spent
    failed = 0
    for sources in stories.values():
        name = _key(settings, sources)
        if name in answers.texts:
            continue
        seconds = min(
            settings.timeout.total_seconds(), settings.budget.total_seconds() - answers.spent
        )
        if seconds <= 0:
            answers.reason, answers.over = "the time for them was over", True
            return
        answer = tell(*prompt(sources), seconds)
        answers.spent = clock() - began
        if isinstance(answer, str) and key and key in answer:
            answer = Unanswered("an answer held the key, and was thrown away")
        if isinstance(answer, str):
            failed = 0
            answers.texts[name] = verified(answer, sources)
            continue
        answers.reason = answer.reason
        failed += 1
        if answer.final or failed == IN_A_ROW:
            answers.over = True
            return


def with_summaries(
    edition: Edition, entries: Mapping[int, Entry], settings: Summaries, answers: Answers
) -> Edition:
    """Return the edition with what was answered, and a sentence about what is missing; asks nobody."""
    stories = _stories(edition, entries, settings)
    if not stories:
        return edition
    given = {
        story: answers.texts[name]
        for story, sources in stories.items()
        if (name := _key(settings, sources)) in answers.texts
    }
    texts = {story: text for story, text in given.items() if text}
    edition = _on_cards(edition, texts, settings.model)
    if len(texts) == len(stories):
        log.info("%s: summaries for %d stories", edition.digest, len(texts))
        return edition
    reason = "the other answers did not rest on the sources"
    if len(given) < len(stories):
        reason = answers.reason or "the other stories came or changed while they were made"
    note = f"Summaries: {len(texts)} of {len(stories)}; {reason}."
    log.warning("%s: %s", edition.digest, note)
    return replace(edition, notes=(*edition.notes, note))


def _stories(
    edition: Edition, entries: Mapping[int, Entry], settings: Summaries
) -> dict[tuple[int, ...], tuple[Source, ...]]:
    """Return what is to be asked about, by the entries of its card, with sources; what matters most first."""
    if not settings.wanted:
        return {}
    found = (
        (card.entries, sources)
        for card in _by_importance(edition)
        if (sources := sources_of(card, entries))
    )
    return dict(islice(found, settings.per_edition))


def _key(settings: Summaries, sources: Sequence[Source]) -> Key:
    return settings.model, PROMPT_VERSION, sources_key(sources)


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
            leads.get(card.story, len(leads)) if card.story else len(leads),
            *importance(card),
        )
    )
    seen: set[tuple[int, ...]] = set()
    for card in cards:
        if card.entries not in seen:
            seen.add(card.entries)
            yield card


def _on_cards(edition: Edition, texts: Mapping[tuple[int, ...], str], model: str) -> Edition:
    def told(card: Card) -> Card:
        text = texts.get(card.entries)
        return replace(card, summary=Summary(text, model, PROMPT_VERSION)) if text else card

    return _each_card(edition, told)


def _each_card(edition: Edition, change: Callable[[Card], Card]) -> Edition:
    return replace(
        edition,
        sections=tuple(
            replace(section, cards=tuple(map(change, section.cards)))
            for section in edition.sections
        ),
        developing=tuple(replace(each, card=change(each.card)) for each in edition.developing),
        documents=tuple(map(change, edition.documents)),
    )
