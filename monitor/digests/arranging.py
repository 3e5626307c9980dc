"""Which part of an edition each story stands in, and how many of each part are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from monitor.digests import caps
from monitor.digests.candidates import Candidate
from monitor.digests.cards import card
from monitor.digests.developing import development, is_material
from monitor.digests.headings import Heading
from monitor.model.digest import Digest
from monitor.model.edition import Card, Development, Gathered, Section


@dataclass(frozen=True, slots=True)
class Parts:
    """The stories of an edition by the part they belong to, in each the best first.

    `silent` ones stood in an earlier edition and have gained nothing worth telling; `sections` has an
    item for each heading.
    """

    silent: tuple[Candidate, ...]
    developing: tuple[Candidate, ...]
    documents: tuple[Candidate, ...]
    sections: tuple[tuple[Candidate, ...], ...]


def parts(found: Sequence[Candidate], headings: Sequence[Heading], gathered: Gathered) -> Parts:
    """Sort stories into the parts of an edition, each into one."""
    silent: list[Candidate] = []
    developing: list[Candidate] = []
    documents: list[Candidate] = []
    sections: dict[str, list[Candidate]] = {heading.name: [] for heading in headings}
    for each in found:
        if each.story in gathered.told:
            comes_back = is_material(gathered.changes.get(each.story, ()))
            (developing if comes_back else silent).append(each)
        elif each.official:
            documents.append(each)
        else:
            sections[each.heading.name].append(each)
    return Parts(
        tuple(silent),
        tuple(developing),
        tuple(documents),
        tuple(tuple(of_section) for of_section in sections.values()),
    )


@dataclass(frozen=True, slots=True)
class Arranged:
    """What of the stories is shown.

    `cards` are all that are, each with its topic's title; `more` the stories that the caps left out. `note`
    counts those of the sections for which there is no room even to be named, else "".
    """

    sections: tuple[Section, ...]
    developing: tuple[Development, ...]
    documents: tuple[Card, ...]
    cards: tuple[Card, ...]
    more: tuple[Candidate, ...]
    note: str


def arrange(
    digest: Digest, headings: Sequence[Heading], stories: Parts, gathered: Gathered, room: int
) -> Arranged:
    """Cut each part to what fits into `room` bytes and under the caps of the digest."""
    # More cards than this fit under no circumstances, so none is made of the others.
    most = max(0, min(digest.per_edition, room // caps.CARD_BYTES))
    made = partial(_card, named={heading.name: heading for heading in headings})
    kept = [
        _capped(digest, part, most)
        for part in (stories.developing, stories.documents, *stories.sections)
    ]
    developing = [
        development(
            made(each),
            gathered.told[each.story],
            gathered.changes[each.story],
        )
        for each in kept[0]
    ]
    cards = [[made(each) for each in part] for part in kept[1:]]
    weights = [
        [caps.development_weight(each) for each in developing],
        *([caps.weight(each) for each in part] for part in cards),
    ]
    counts = caps.fitting(weights, room=room, most=most)
    headed = caps.headed(weights)
    sections, unnamed = [], []
    for place, (heading, of_section) in enumerate(zip(headings, stories.sections, strict=True), 2):
        more = len(of_section) - counts[place]
        shown = tuple(replace(c, topic_title="") for c in cards[place - 1][: counts[place]])
        if shown or (more and place in headed):
            sections.append(Section(
                topic=heading.topic, title=heading.title, cards=shown, more=more, query=heading.query,
            ))  # fmt: skip
        elif more:
            unnamed.append((heading, more))
    told = {each.entries for part, count in zip(kept, counts, strict=True) for each in part[:count]}
    return Arranged(
        sections=tuple(sections),
        developing=tuple(developing[: counts[0]]),
        documents=tuple(cards[0][: counts[1]]),
        cards=(
            *(each.card for each in developing[: counts[0]]),
            *(c for part, count in zip(cards, counts[1:], strict=True) for c in part[:count]),
        ),
        more=tuple(
            each
            for part in (stories.developing, stories.documents, *stories.sections)
            for each in part
            if each.entries not in told
        ),
        note=_note(unnamed),
    )


def _card(candidate: Candidate, named: Mapping[str, Heading]) -> Card:
    return caps.lightened(card(candidate, named))


def _capped(digest: Digest, part: Sequence[Candidate], most: int) -> list[Candidate]:
    leads = [each.outlets[0] for each in part]
    per_topic = min(digest.per_topic, most)
    return [
        part[place]
        for place in caps.capped(leads, per_topic=per_topic, per_outlet=digest.per_outlet)
    ]


def _note(unnamed: Sequence[tuple[Heading, int]]) -> str:
    if not unnamed:
        return ""
    stories = sum(more for _, more in unnamed)
    titles = ", ".join(heading.title for heading, _ in unnamed)
    what = "1 more story stands" if stories == 1 else f"{stories:,} more stories stand"
    where = "a section" if len(unnamed) == 1 else f"{len(unnamed):,} sections"
    return f"{what} in {where} for which there is no room: {titles}"
