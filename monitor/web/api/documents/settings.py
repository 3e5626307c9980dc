"""Documents about settings, lists, health and problems."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from monitor.web.api.documents.changes import Edited
from monitor.web.api.documents.digests import DigestShown, RecipientShown
from monitor.web.api.documents.parts import Document


class AlertAsked(Document):
    """An alert of config/monitor.toml."""

    name: str
    title: str
    query: str
    to: list[RecipientShown]


class AllSettings(Document):
    """What config/monitor.toml says; tables as docs/configuration.md has them."""

    fetch: dict[str, Any]
    keep: dict[str, Any]
    web: dict[str, Any]
    mail: dict[str, Any]
    summaries: dict[str, Any]
    digests: list[DigestShown]
    alerts: list[AlertAsked]
    warnings: list[str]
    faults: str


class OneTable(Document):
    """A table of config/monitor.toml as the file has it; `name` is "" but for digests and alerts."""

    table: str
    name: str
    values: dict[str, Any]


class TableEdited(Edited):
    """A table after a change."""

    table: OneTable


class ListShown(Document):
    """A list by name."""

    name: str
    spellings: int


class ListNames(Document):
    """The lists."""

    lists: list[ListShown]


class OneList(Document):
    """A list as its file says it."""

    name: str
    text: str


class Counts(Document):
    """What is stored."""

    entries: int
    matches: int
    feeds: int
    stories: int
    editions: int
    bytes: int
    schema_: int = Field(alias="schema")


class HealthCheck(Document):
    """One thing looked at."""

    check: Literal["database", "config", "disk"]
    ok: bool


class Health(Document):
    """Whether the monitor can do its work."""

    status: Literal["ok", "degraded"]
    version: str
    checks: list[HealthCheck]


class FindingShown(Document):
    """One thing looked at, and what to do where it is not ok."""

    check: str
    ok: bool
    message: str
    attention: bool


class Report(Document):
    """What `monitor doctor` finds."""

    ok: bool
    checks: list[FindingShown]


class ProblemKind(Document):
    """What a kind of problem means."""

    name: str
    status: int
    title: str
    about: str
