"""What chat shows of an edition or an alert: lines and linked items, before any service's markup.

Slack and Teams show the same, cut to their limits. Every text here is one line without marks that
turn the writing direction, and calls nobody: "@channel" in a headline stays a headline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from monitor.digests import card_wording, frozen
from monitor.digests.excerpts import one_line, shorten, undirected
from monitor.digests.frozen import Document
from monitor.digests.links import http_url
from monitor.digests.part_wording import HEADINGS
from monitor.digests.phrases import count, moment, short_day
from monitor.model.edition import Card

TITLE_COLUMNS = 200
_NAME_COLUMNS = 60
_NOTE_COLUMNS = 220
_LINE_COLUMNS = 300
_URL_LENGTH = 500
_MOST_LINES = 8
_MOST_QUIET = 12

# An address in a chat is called by "@name"; a zero-width space between the two calls nobody.
_CALL = re.compile(r"@(?=\w)")


@dataclass(frozen=True, slots=True)
class Item:
    """A story: headline, address ("" without), outlet, and lines such as "Why: …"."""

    title: str
    url: str
    outlet: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Items under a heading; `more` counts what is not among them: a `kind`, or several, such as "story"."""

    heading: str
    items: tuple[Item, ...]
    more: int = 0
    kind: tuple[str, str] = ("story", "stories")


@dataclass(frozen=True, slots=True)
class Told:
    """A whole message: title, subject, lines before the parts, the parts, lines at the end.

    `page` is the address of the edition's page, "" without. `rest` counts what is in parts that there was no room for at all.
    """

    title: str
    subject: str
    lines: tuple[str, ...]
    parts: tuple[Part, ...]
    end: tuple[str, ...] = ()
    page: str = ""
    rest: int = 0


def told(
    document: Document,
    subject: str,
    *,
    permalink: str = "",
    again: bool = False,
    trial: bool = False,
) -> Told:
    """Return what chat shows of the JSON of an edition or an alert's message.

    `permalink` is the address of its page, "" for the one the document names. `again`: an earlier attempt may have arrived.
    """
    marks = []
    if trial:
        marks.append("This is a trial: nothing was recorded.")
    if again:
        marks.append("This may be a repeat: nobody knows whether an earlier attempt arrived.")
    message = _alert(document) if "alert" in document else _edition(document)
    return replace(
        message,
        page=_address(permalink or frozen.text(document.get("page_url"))),
        title=_line(message.title, TITLE_COLUMNS) or "Digest",
        subject=_line(subject, TITLE_COLUMNS),
        lines=tuple(
            line for each in (*marks, *message.lines) if (line := _line(each, _LINE_COLUMNS))
        ),
        parts=tuple(part for part in message.parts if part.items or part.more),
    )


def _edition(document: Document) -> Told:
    lines = [
        _window(document),
        *_coverage(document),
        frozen.text(document.get("notice")),
        *frozen.texts(document.get("notes"))[:_MOST_LINES],
    ]
    sections = [
        Part(
            _line(frozen.text(each.get("title")) or frozen.text(each.get("topic")), _NAME_COLUMNS),
            tuple(_item(each) for each in _rows(each, "cards")),
            frozen.number(each.get("more")),
        )
        for each in _rows(document, "sections")
    ]
    parts = [
        Part(HEADINGS["leads"], tuple(_lead(each) for each in _rows(document, "leads"))),
        *sections,
        _part(document, "developing", _development, ("story", "stories")),
        _part(document, "documents", _item, ("document", "documents")),
        _part(document, "changed", _change, ("entry", "entries")),
    ]
    quiet = ", ".join(frozen.texts(document.get("quiet"))[:_MOST_QUIET])
    end = [_line(f"Nothing new on: {quiet}", _LINE_COLUMNS)] if quiet and any(p.items for p in parts) else []  # fmt: skip
    edition = _line(frozen.text(document.get("edition")), _NAME_COLUMNS)
    if edition:
        end.append(f"The whole edition: monitor digest show {edition}")
    return Told(frozen.text(document.get("title")), "", tuple(lines), tuple(parts), tuple(end))


def _alert(document: Document) -> Told:
    title = frozen.text(document.get("title")) or frozen.text(document.get("alert"))
    items = tuple(_item(each, _clauses) for each in _rows(document, "stories"))
    part = Part("", items, frozen.number(document.get("more")))
    return Told(title, "", (frozen.text(document.get("note")),), (part,))


def _clauses(card: Card) -> str:
    """Return the reasons of an alert, which has one query and no topics."""
    clauses = [clause for one in card_wording.why(card) for clause in one.clauses]
    return "; ".join(": ".join(part for part in clause if part) for clause in clauses)


def _rows(document: Document, key: str) -> list[Document]:
    return frozen.tables(document.get(key))


def _part(
    document: Document, key: str, item: Callable[[Document], Item], kind: tuple[str, str]
) -> Part:
    more = frozen.number(document.get(f"more_{key}"))
    return Part(HEADINGS[key], tuple(item(each) for each in _rows(document, key)), more, kind)


def _window(document: Document) -> str:
    window = frozen.table(document.get("window"))
    from_at, until_at = frozen.instant(window.get("from")), frozen.instant(window.get("until"))
    if from_at is None or until_at is None:
        return ""
    zone = frozen.timezone(window.get("timezone"))
    today = frozen.day(document.get("local_on")) or until_at.date()
    missed = frozen.number(document.get("missed"))
    catching_up = f"; it catches up on {count(missed, 'edition', 'editions')}" if missed else ""
    shown = " – ".join(moment(at, zone, today) for at in (from_at, until_at))
    return f"First seen {shown} ({zone}){catching_up}"


def _coverage(document: Document) -> list[str]:
    """Return the edition's own words about what it saw, or those that its counts allow."""
    coverage = frozen.table(document.get("coverage"))
    words = frozen.texts(coverage.get("words"))
    if words or not coverage:
        return list(words[:_MOST_LINES])
    of, checked = (frozen.number(coverage.get(key)) for key in ("feeds", "checked"))
    stories = count(frozen.number(coverage.get("stories")), "story", "stories")
    blind = ["We could not look: none of the feeds was read in this time."] if of and not checked else []  # fmt: skip
    return [f"{checked:,} of {count(of, 'feed', 'feeds')} checked, {stories}", *blind]


def _lead(row: Document) -> Item:
    number = frozen.number(row.get("outlets"))
    outlets = count(number, "outlet", "outlets") if number > 1 else ""
    about = [part for part in (outlets, frozen.text(row.get("topic_title"))) if part]
    return _bare(row, "", [" · ".join(about)])


def _development(row: Document) -> Item:
    told_on = frozen.day(row.get("told_on"))
    since = f" since {short_day(told_on)}" if told_on else ""
    item = _item(frozen.table(row.get("card")))
    news = "; ".join(frozen.texts(row.get("news")))
    said = (_line(f"New{since}: {news}", _NOTE_COLUMNS),) if news else ()
    return replace(item, notes=(*said, *item.notes))


def _change(row: Document) -> Item:
    before = frozen.text(row.get("before"))
    if row.get("kind") == "withdrawn":
        return _bare(row, "", ["Withdrawn"])
    return _bare(row, "", [f"Edited; the headline was: {before}" if before else "Edited"])


def _item(row: Document, reasons: Callable[[Card], str] = card_wording.why_line) -> Item:
    card = _cut(frozen.card(row))
    also, why = card_wording.also(card), reasons(card)
    notes = [f"Also: {also}" if also else "", _rests_on(row), f"Why: {why}" if why else ""]
    by = f" · via {_line(card.via, _NAME_COLUMNS)}" if card.via else ""
    return _bare(row, f"{by}{' · edited since' if card.revised else ''}", notes)


def _rests_on(row: Document) -> str:
    """Name the primary document that a story of the press rests on, or ""."""
    source = frozen.table(row.get("document"))
    named = [frozen.text(source.get(key))[:_NOTE_COLUMNS] for key in ("title", "outlet")]
    return f"Primary document: {', '.join(each for each in named if each)}" if any(named) else ""


def _cut(card: Card) -> Card:
    """Cut each name and word: one that is a page long would take the room of all others."""
    return replace(
        card,
        outlets=tuple(_line(name, _NAME_COLUMNS) for name in card.outlets),
        why=tuple(
            replace(
                reason,
                topic=_line(reason.topic, _NAME_COLUMNS),
                clause=_line(reason.clause, _NAME_COLUMNS),
                words=_line(reason.words, _NAME_COLUMNS),
            )
            for reason in card.why[:20]
        ),
    )


def _bare(row: Document, standing: str, notes: Iterable[str]) -> Item:
    return Item(
        _line(frozen.text(row.get("title")), TITLE_COLUMNS) or "(without a headline)",
        _address(frozen.text(row.get("url"))),
        _line(frozen.text(row.get("outlet")), _NAME_COLUMNS) + standing,
        tuple(line for note in notes if (line := _line(note, _NOTE_COLUMNS))),
    )


def _address(url: str) -> str:
    address = http_url(url)
    return address if len(address) <= _URL_LENGTH else ""


def _line(text: str, room: int) -> str:
    return uncalled(shorten(undirected(one_line(text[: 8 * room])), room))


def uncalled(text: str) -> str:
    """Return the text so that no "@name" in it calls anybody."""
    return _CALL.sub("@\u200b", text)


def more(part: Part) -> str:
    """Say how many of a part are not shown: "+1,204 more stories"."""
    one, many = part.kind
    return f"+{count(part.more, f'more {one}', f'more {many}')}"


def rest(told: Told) -> list[str]:
    """Say how much of parts is not shown for which there was no room at all."""
    return [f"+{told.rest:,} more in parts that had no room here"] if told.rest else []
