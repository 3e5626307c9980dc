"""What digests and alerts name must be there: topics, queries that can be read, a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from monitor.errors import Fault
from monitor.model.digest import Alert, Digest, Mail, Recipient
from monitor.model.topic import WordList
from monitor.query.tree import Query
from monitor.settings.faults import did_you_mean, written
from monitor.settings.fields import is_zone
from monitor.settings.files import TomlFile
from monitor.settings.layout import Path
from monitor.settings.quantities import quoted
from monitor.settings.topics import check_query


def keep_last_zones(
    file: TomlFile, warnings: list[str], last_zones: Callable[[], Mapping[tuple[str, str], str]]
) -> None:
    """Let each digest and alert whose zone nobody knows have its last one in the file's data, with a warning."""
    for kind in ("digests", "alerts"):
        for name, row in _tables(file.data.get(kind)):
            zone = row.get("timezone")
            if not isinstance(zone, str) or is_zone(zone):
                continue
            last = last_zones().get((kind, name))
            if last is not None:
                path = (kind, name, "timezone")
                warnings.append(
                    f"{file.name}:{file.layout.line(path)}: {written(path)}: there is no time zone "
                    f"{quoted(zone)} (any more); the last one, {last}, is gone by. Name another."
                )
                row["timezone"] = last


def sent_faults(
    file: TomlFile,
    digests: Sequence[Digest],
    alerts: Sequence[Alert],
    mail: Mail,
) -> list[Fault]:
    """Return a fault for each recipient that is named twice, or that nothing reaches."""
    faults = []
    for digest in digests:
        faults += _recipient_faults(file, ("digests", digest.name, "to"), digest.to, mail)
    for alert in alerts:
        faults += _recipient_faults(file, ("alerts", alert.name, "to"), alert.to, mail)
    return faults


def check_sent_queries(
    file: TomlFile,
    lists: Mapping[str, WordList],
    broken: frozenset[str],
    faults: list[Fault],
    queries: list[tuple[str, Query]],
) -> None:
    """Add what is wrong with the queries of sections and alerts to `faults`, the others to `queries`.

    Queries that name what is `broken` are passed over: see `check_query`.
    """
    for path, query in _queries(file.data):
        check_query(file, path, query, lists, broken, faults, queries)


def _queries(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield the queries with their paths, whatever else may be wrong in the file."""
    for name, row in _tables(data.get("digests")):
        sections = row.get("sections")
        for number, section in enumerate(sections if isinstance(sections, list) else ()):
            if isinstance(section, dict) and isinstance(section.get("query"), str):
                yield ("digests", name, "sections", number, "query"), section["query"]
    for name, row in _tables(data.get("alerts")):
        if isinstance(row.get("query"), str):
            yield ("alerts", name, "query"), row["query"]


def topic_faults(file: TomlFile, known: frozenset[str] | None) -> list[Fault]:
    """Return a fault for each topic of a digest that is not there or named twice.

    Whatever else may be wrong in the file. `known` are the topics, None when they could not be read.
    """
    faults = []
    for digest, row in _tables(file.data.get("digests")):
        listed = row.get("topics")
        names = listed if isinstance(listed, list) else []
        for index, name in enumerate(names):
            message = ""
            if name in names[:index]:
                message = f"names {quoted(name)} twice; take one of them out"
            elif isinstance(name, str) and name != "*" and known is not None and name not in known:
                message = f"there is no topic {quoted(name)}; {did_you_mean(name, sorted(known))}"
            if message:
                faults.append(_fault(file, ("digests", digest, "topics", index), message))
    return faults


def _tables(named: Any) -> list[tuple[str, dict[str, Any]]]:
    rows = named.items() if isinstance(named, dict) else ()
    return [(name, row) for name, row in rows if isinstance(row, dict)]


def _recipient_faults(
    file: TomlFile, path: Path, to: Sequence[Recipient], mail: Mail
) -> list[Fault]:
    faults = []
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(to):
        key = (each.channel, each.to.casefold() if each.channel == "mail" else each.to)
        if key in seen:
            faults.append(_fault(file, (*path, index), "is there twice; take one of them out"))
        elif each.channel == "mail" and not mail.host:
            message = (
                'needs a mail server: [mail] with host = "…" and from = "…" (docs/delivery.md)'
            )
            faults.append(_fault(file, (*path, index), message))
        seen.add(key)
    return faults


def _fault(file: TomlFile, path: Path, message: str) -> Fault:
    return Fault(file.name, file.layout.line(path), written(path), message)
