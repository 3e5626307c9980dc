"""Entries labelled by story and by copy, and pairs that must stay apart: JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.errors import UsageError
from monitor.model.story import StoryEntry

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class LabelledEntry:
    """An entry with what a person said: its `story` and its `copy` group, opaque names.

    `name` is its id in the file, `entry.id` its number there.
    """

    name: str
    entry: StoryEntry
    story: str
    copy: str


def read_labelled(lines: Iterable[str], file: str = "the file") -> list[LabelledEntry]:
    """Return the labelled entries of a JSON Lines file; empty lines are skipped.

    Each line is an object with `id`, `title`, `published` (RFC 3339) and `story`; and optionally
    `summary`, `source` (the outlet), `language`, `url`, `copy` (else each entry is alone in its
    group). Raises `UsageError` that names file and line for anything else.
    """
    found: dict[str, LabelledEntry] = {}
    for where, row in _objects(lines, file):
        name = _text(row, "id", where)
        if name in found:
            raise UsageError(f"{where}: the id {name!r} stands on an earlier line as well.")
        url = _text(row, "url", where, "")
        entry = StoryEntry(
            id=len(found) + 1,
            title=_text(row, "title", where),
            excerpt=_text(row, "summary", where, ""),
            # An address that is none ("topic 12") would tie together what it names.
            url=url if url.startswith(("http://", "https://")) else "",
            outlet=_text(row, "source", where, ""),
            language=_text(row, "language", where, "").lower(),
            seen_at=_instant(_text(row, "published", where), where),
        )
        copy = _text(row, "copy", where, f"alone {name}")
        found[name] = LabelledEntry(name, entry, _text(row, "story", where), copy)
    if not found:
        raise UsageError(f"{file} holds no labelled entry. Put one JSON object a line into it.")
    return list(found.values())


def read_lookalikes(
    lines: Iterable[str], known: Iterable[LabelledEntry], file: str = "the file"
) -> list[tuple[str, str]]:
    """Return pairs of ids, one object with `a` and `b` a line, of entries that must stay apart.

    Raises `UsageError` that names file and line for anything else, and for ids nobody labelled.
    """
    story = {entry.name: entry.story for entry in known}
    pairs = []
    for where, row in _objects(lines, file):
        pair = _text(row, "a", where), _text(row, "b", where)
        for name in pair:
            if name not in story:
                raise UsageError(f"{where}: no labelled entry has the id {name!r}.")
        if story[pair[0]] == story[pair[1]]:
            raise UsageError(f"{where}: {pair[0]!r} and {pair[1]!r} are labelled as one story.")
        pairs.append(pair)
    return pairs


def _objects(lines: Iterable[str], file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{file}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{where}: this is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise UsageError(f"{where}: an object is expected, in braces.")
        yield where, row


def _text(row: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise UsageError(f'{where}: "{key}" is missing, or is no text.')
    if not value.isascii() and _SURROGATE.search(value):
        raise UsageError(f'{where}: "{key}" holds half of a character (a lone surrogate).')
    return value


def _instant(text: str, where: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f'{where}: "published" is {text!r}; write it like 2026-03-02T08:00:00Z.'
        ) from error
