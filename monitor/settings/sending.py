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
from monitor.settings.topics import check_query, names_of_lists


def keep_last_zones(
    file: TomlFile, warnings: list[str], last_zones: Callable[[], Mapping[str, str]]
) -> None:
    """Let each digest whose zone nobody knows have its last one in the file's data, with a warning."""
    digests = file.data.get("digests")
    for name, row in digests.items() if isinstance(digests, dict) else ():
        zone = row.get("timezone") if isinstance(row, dict) else None
        if not isinstance(zone, str) or is_zone(zone):
            continue
        last = last_zones().get(name)
        if last is not None:
            path = ("digests", name, "timezone")
            warnings.append(
                f"{file.name}:{file.layout.line(path)}: {written(path)}: there is no time zone "
                f"{quoted(zone)} (any more); the digest goes by its last one, {last}. Name another."
            )
            row["timezone"] = last


def sent_faults(
    file: TomlFile,
    digests: Sequence[Digest],
    alerts: Sequence[Alert],
    mail: Mail,
    topics: frozenset[str] | None,
) -> list[Fault]:
    """Return a fault for each topic that is not there or named twice, and each recipient that cannot be.

    `topics` are the known ones, None when they could not be read.
    """
    faults = []
    for digest in digests:
        faults += _topic_faults(file, digest, topics)
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

    Queries that name a broken list are passed over: the list's own fault says it.
    """
    for path, query in _queries(file.data):
        if not broken & names_of_lists(query):
            check_query(file, path, query, lists, faults, queries)


def _queries(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name, row in data.get("digests", {}).items():
        for number, section in enumerate(row.get("sections", ())):
            yield ("digests", name, "sections", number, "query"), section["query"]
    for name, row in data.get("alerts", {}).items():
        yield ("alerts", name, "query"), row["query"]


def _topic_faults(file: TomlFile, digest: Digest, known: frozenset[str] | None) -> list[Fault]:
    faults = []
    for index, name in enumerate(digest.topics):
        message = ""
        if name in digest.topics[:index]:
            message = f'names "{name}" twice; take one of them out'
        elif name != "*" and known is not None and name not in known:
            message = f'there is no topic "{name}"; {did_you_mean(name, sorted(known))}'
        if message:
            faults.append(_fault(file, ("digests", digest.name, "topics", index), message))
    return faults


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
            message = 'needs a mail server: [mail] with host = "…" and from = "…" (docs/digests.md)'
            faults.append(_fault(file, (*path, index), message))
        seen.add(key)
    return faults


def _fault(file: TomlFile, path: Path, message: str) -> Fault:
    return Fault(file.name, file.layout.line(path), written(path), message)
