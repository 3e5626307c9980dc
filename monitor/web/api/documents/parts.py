"""What several documents share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

At = Annotated[
    str, Field(description="An instant, RFC 3339 in UTC", json_schema_extra={"format": "date-time"})
]
EntryRef = Annotated[str, Field(pattern="^e[0-9]+$", description="An entry's id")]
StoryRef = Annotated[str, Field(pattern="^s[0-9]+$", description="A story's id")]
FeedState = Literal[
    "ok", "new", "failing", "throttled", "blocked", "moved", "gone", "silent", "quarantined", "off"
]
Next = Annotated[
    str | None, Field(description="The address of the next page; null on the last one")
]


def _all_are_there(schema: dict[str, Any]) -> None:
    """Let a schema say that keys with a default are sent all the same, and drop what only names them."""
    schema.pop("title", None)
    for each in schema.get("properties", {}).values():
        each.pop("title", None)


class Document(BaseModel):
    """A JSON object."""

    model_config = ConfigDict(json_schema_extra=_all_are_there)


class Reason(Document):
    """Why an entry matches: the clause, the words it found, and where they stand in the field."""

    clause: str
    words: str
    field: str | None = None
    start: int | None = None
    end: int | None = None


class Headline(Document):
    """An entry of a feed's document."""

    title: str
    published_at: At | None


class FileFault(Document):
    """One thing wrong in a file of config/; `line` 0 when it is about the whole file."""

    file: str
    line: int
    key: str
    message: str


class ValueFault(Document):
    """One value of a request that does not fit."""

    where: str = Field(alias="in", description="query, path, header or body")
    name: str
    message: str


class Problem(Document):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="What kind of problem: an address that explains it")
    title: str
    status: int
    detail: str = Field(description="What was wrong and what to do, for a person")
    position: int = Field(
        default=0, description="Where in the query, in characters from 0; for a wrong query only"
    )
    hint: str | None = Field(default=None, description="What people usually mean there")
    errors: list[ValueFault] = Field(
        default=[], description="Values of the request that do not fit"
    )
    candidates: list[dict[str, Any]] = Field(
        default=[], description="Feeds of which one has to be chosen; as in /api/discover"
    )
    checks: list[dict[str, Any]] = Field(default=[], description="What /healthz looked at")
    faults: list[FileFault] = Field(default=[], description="What is wrong in config/")
