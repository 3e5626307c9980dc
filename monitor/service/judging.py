"""What people say about entries and topics: keep it, list it, measure topics against it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.entry import Entry
from monitor.model.judgement import Judgement
from monitor.query import document_of
from monitor.service.rematching import topic_named
from monitor.service.shapes import Shape, entry_id, instant
from monitor.service.wiring import Services
from monitor.settings.faults import nearest
from monitor.topics.compiled import CompiledTopic
from monitor.topics.evaluation import Labelled

_NONE_YET = "Nothing is judged yet{about}. Judge entries with: monitor topics judge e12 {topic} yes"


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry and what was said about it, by topic."""

    entry: Entry
    judgements: Mapping[str, Judgement]


def judge(
    services: Services, entries: Sequence[int], topic: str, belongs: bool, now: datetime
) -> list[Judgement]:
    """Keep what a person says about entries and a topic; it replaces what was said before.

    Raises `NotFoundError` for a topic config does not have, or an entry that is not stored; then
    nothing is kept.
    """
    topic_named(services, topic)
    said = [Judgement(number, topic, belongs, now) for number in dict.fromkeys(entries)]
    services.store.judgements.judge(said)
    return said


def judged_entries(services: Services, topic: str | None = None) -> list[JudgedEntry]:
    """Return the judged entries, or those judged for one topic (with that alone), by id."""
    by_entry: dict[int, dict[str, Judgement]] = {}
    for judgement in services.store.judgements.judgements(topic):
        by_entry.setdefault(judgement.entry, {})[judgement.topic] = judgement
    entries = services.store.entries.entries(list(by_entry))
    return [JudgedEntry(entry, by_entry[entry.id]) for entry in entries]


def nothing_judged(services: Services, topic: str | None) -> str:
    """Say that nothing is judged, about a topic or at all, and where there is something."""
    topics = sorted({each.topic for each in services.store.judgements.judgements()})
    about = "" if topic is None else f" about {topic}"
    configured = [compiled.name for compiled in services.topics]
    message = f"Nothing is judged{about}{' yet' if topic in (None, *configured) else ''}."
    near = "" if topic in (None, *configured) else nearest(topic or "", [*topics, *configured])
    if near:
        message += f" Did you mean {near}?"
    if topics:
        return f"{message} There are judgements about: {', '.join(topics)}."
    name = topic if topic in configured else near
    return f"{message} Begin with: monitor topics judge e12 {name or 'TOPIC'} yes"


def topics_named(services: Services, names: Sequence[str]) -> tuple[CompiledTopic, ...]:
    """Return the topics of these names, all without any; raises `NotFoundError`."""
    if not names:
        return services.topics
    return tuple(topic_named(services, name) for name in dict.fromkeys(names))


def labelled(services: Services, topics: Iterable[CompiledTopic]) -> list[Labelled]:
    """Return what was judged about these topics, ready to measure them on.

    Raises `NotFoundError` when nothing was.
    """
    wanted = {topic.name for topic in topics}
    items = labelled_by(judged_entries(services), wanted)
    if not items:
        one = next(iter(sorted(wanted)), "TOPIC")
        about = f" about {one}" if len(wanted) == 1 else ""
        raise NotFoundError(_NONE_YET.format(about=about, topic=one))
    return items


def labelled_by(judged: Iterable[JudgedEntry], topics: Set[str]) -> list[Labelled]:
    """Return what was judged about these topics as labelled entries; other topics tell nothing."""
    return [
        Labelled(
            entry_id(each.entry.id),
            document_of(each.entry),
            frozenset(name for name in told if each.judgements[name].belongs),
            told,
        )
        for each in judged
        if (told := frozenset(each.judgements.keys() & topics))
    ]


def judgement_shape(judgement: Judgement) -> Shape:
    """Shape of `monitor topics judge --json`."""
    return {
        "entry": entry_id(judgement.entry),
        "topic": judgement.topic,
        "belongs": judgement.belongs,
        "judged_at": instant(judgement.judged_at),
    }


def judged_shapes(judged: Iterable[JudgedEntry]) -> list[Shape]:
    """Shape of the judgements in `monitor topics judged --json`."""
    return [
        judgement_shape(judgement) | {"title": each.entry.title}
        for each in judged
        for judgement in each.judgements.values()
    ]


def judged_lines(judged: Iterable[JudgedEntry]) -> Iterator[str]:
    """Yield labelled JSON Lines that `monitor topics evaluate FILE` reads, whole entries each.

    They say what was judged without the database: it may be deleted and collected again.
    """
    for each in judged:
        entry = each.entry
        if not entry.title and not entry.text:
            continue  # there is nothing to match
        line = {
            "id": entry_id(entry.id),
            "title": entry.title,
            "summary": entry.text,
            "language": entry.language,
            "source": entry.outlet,
            "url": entry.url or entry.link,
            "published": instant(entry.published_at),
            "labels": sorted(name for name, said in each.judgements.items() if said.belongs),
            "judged": sorted(each.judgements),
        }
        yield json.dumps(line, ensure_ascii=False) + "\n"
