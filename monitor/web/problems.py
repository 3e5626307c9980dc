"""What the API says when something goes wrong: application/problem+json (RFC 9457), of a few kinds.

`problem` makes one from a status and what a person should know; `problem_of` from an error of ours.
Its `type` is the address that explains the kind, /api/problems/NAME, relative to the monitor's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from monitor.errors import (
    ChangedMeanwhileError,
    DeliveryError,
    MonitorError,
    NotFoundError,
    OvertakenError,
    QueryError,
    SettingsError,
    StoreError,
    UsageError,
)

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, what it is called, and what to do about it."""

    name: str
    status: int
    title: str
    about: str


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "request", 400, "That could not be read",
            "The request is not one the monitor can read. `detail` says what is wrong with it.",
        ),
        Kind(
            "query", 400, "That is no query",
            "`position` counts characters of the query from 0; `hint` says what people usually mean there.",
        ),
        Kind(
            "cursor", 400, "That cursor is not one of this list",
            "A cursor is taken from `next` as it stands, for the same list with the same parameters. "
            "Begin again without one.",
        ),
        Kind(
            "login", 401, "Say who you are",
            "Send a token: Authorization: Bearer TOKEN.",
        ),
        Kind(
            "forbidden", 403, "That is not allowed",
            "Who asks may not do this, or another site asked a browser to do it.",
        ),
        Kind(
            "not-found", 404, "There is nothing here",
            "Nothing has this address, id or name; `detail` names the nearest ones where it can.",
        ),
        Kind(
            "method", 405, "That method is not for this address",
            "The header Allow names the methods that are.",
        ),
        Kind(
            "conflict", 409, "Something else is under way, or has changed it",
            "Nothing was half-written. Look how it stands now and ask again.",
        ),
        Kind(
            "several", 409, "There are several feeds: choose one",
            "A page names more than one. `candidates` lists them; send `choose` with the number or address of one.",
        ),
        Kind(
            "changed", 412, "It was changed meanwhile",
            "If-Match named another version than there is now. Read it again, then change it.",
        ),
        Kind(
            "too-large", 413, "That is too large",
            "The body of the request is larger than this address takes.",
        ),
        Kind(
            "media-type", 415, "That is not JSON",
            "Send the body with Content-Type: application/json.",
        ),
        Kind(
            "host", 421, "The monitor is not served under that name",
            "Ask at the address it was started with.",
        ),
        Kind(
            "value", 422, "A value does not fit",
            "`errors` lists each: where it stands (`in` the query, path or body; `name`) and what fits.",
        ),
        Kind(
            "config", 422, "config/ cannot be read",
            "`faults` lists what is wrong, with file, line and key. Nothing was changed.",
        ),
        Kind(
            "impossible", 422, "That cannot be done",
            "It can be read, but not done as things are; `detail` says why.",
        ),
        Kind(
            "too-many", 429, "Too many requests",
            "Wait as long as the header Retry-After says.",
        ),
        Kind(
            "mistake", 500, "The monitor made a mistake",
            "Its log says more.",
        ),
        Kind(
            "elsewhere", 502, "Another server did not do it",
            "A feed's or a mail server did not answer as it should; `detail` has its words.",
        ),
        Kind(
            "unavailable", 503, "The database cannot be used just now",
            "Try again later; `detail` says what is wrong with it.",
        ),
    )
}  # fmt: skip
"""The kinds by name. Several may have one status: then the first is meant unless another is named."""


class ProblemError(Exception):
    """A request that is refused: carries the problem that `problem` makes of the same arguments."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self._made = (status, detail, kind, headers, more)

    def answer(self) -> Response:
        """Return the problem."""
        status, detail, kind, headers, more = self._made
        return problem(status, detail, kind=kind, headers=headers, **more)


def kind_of(status: int) -> Kind | None:
    """Return the kind a status alone stands for."""
    return next((kind for kind in KINDS.values() if kind.status == status), None)


class Json(JSONResponse):
    """A JSON document. Half a surrogate pair, which UTF-8 has no bytes for, is written as an escape."""

    def render(self, content: Any) -> bytes:
        """Write the document."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def problem(
    status: int,
    detail: str,
    *,
    kind: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """Answer a request of a program with a problem.

    `detail` is for a person: what was wrong and what to do. `kind` names one of `KINDS`, by default the
    one of that status; `more` are further members, as `position` and `hint` of a query.
    """
    found = KINDS[kind] if kind else kind_of(status)
    document = {
        "type": f"/api/problems/{found.name}" if found else "about:blank",
        "title": found.title if found else HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return Json(document, status, headers=headers, media_type=PROBLEM_JSON)


def problem_of(error: Exception) -> Response:
    """Answer with the problem that an error of ours is; any other is a mistake of the monitor's."""
    if isinstance(error, QueryError):
        hint = error.hint or None
        return problem(400, error.reason, kind="query", position=error.position, hint=hint)
    if isinstance(error, SettingsError):
        faults = [asdict(fault) for fault in error.faults]
        return problem(422, str(error), kind="config", faults=faults)
    if not isinstance(error, MonitorError):
        return problem(500, "The monitor made a mistake here; its log says more.")
    status = status_of(error)
    return problem(status, str(error), kind="impossible" if status == 422 else "")


def status_of(error: MonitorError) -> int:
    """Return the HTTP status that fits an error of ours."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ChangedMeanwhileError | OvertakenError):
        return 409
    if isinstance(error, UsageError):
        return 422 if isinstance(error, SettingsError) else 400
    if isinstance(error, StoreError):
        return 503
    return 502 if isinstance(error, DeliveryError) else 422


def errors_of(faults: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what pydantic found as the `errors` of a problem; what was sent is not repeated."""
    return [
        {
            "in": str(fault["loc"][0]) if fault["loc"] else "body",
            "name": ".".join(str(part) for part in fault["loc"][1:]),
            "message": fault["msg"],
        }
        for fault in faults
    ]


def is_for_programs(path: str) -> bool:
    """Tell whether who asks for this address is a program that reads problems."""
    return path == "/api" or path.startswith("/api/") or path in ("/healthz", "/openapi.json")
