"""Answers with a document: whole, or "not modified" to who has it already (RFC 9110 section 13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from monitor.errors import NotFoundError
from monitor.service.shapes import Shape, read_id
from monitor.web.etags import is_known, tag_of_bytes, tags_in
from monitor.web.problems import Json, ProblemError


def answer(
    request: Request,
    document: Any,
    *,
    passing: Sequence[str] = (),
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a document, 304 without one when `If-None-Match` names it.

    The tag is of the bytes, so that it never lies. Keys named in `passing` change from one answer to the
    next without a meaning (how long it took): they are left out of the tag, which is then weak.
    """
    body = Json(document, status, headers=headers)
    if passing:
        tag = "W/" + tag_of({key: each for key, each in document.items() if key not in passing})
    else:
        tag = tag_of_bytes(bytes(body.body))
    body.headers["ETag"] = tag
    if status == 200 and request.method in ("GET", "HEAD") and is_known(request, tag):
        kept = {name: value for name, value in (headers or {}).items() if name == "Link"}
        return Response(status_code=304, headers={"ETag": tag, **kept})
    return body


def paged(request: Request, document: Shape, cursor: str, passing: Sequence[str] = ()) -> Response:
    """Answer with a page of a list: `next` is the address of the page after it, null on the last one.

    The same address stands in the header Link (RFC 8288).
    """
    following = None
    if cursor:
        kept = [(name, each) for name, each in request.query_params.multi_items() if name in _KEPT]
        following = f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
    headers = {"Link": f'<{following}>; rel="next"'} if following else None
    return answer(request, {**document, "next": following}, passing=passing, headers=headers)


_KEPT = (
    "q", "sort", "limit", "group", "exact", "facets", "topic", "since", "until", "digest", "alert",
    "state",
)  # fmt: skip


def tag_of(document: Any) -> str:
    """Return the strong tag of a document."""
    return tag_of_bytes(bytes(Json(document).body))


def check_match(request: Request, present: Callable[[], str]) -> bool:
    """Let a change go on only if what it is about is as its `If-Match` says; False without that header.

    `present` gives the strong tag of what there is now. Raises `ProblemError` (412).
    """
    asked = request.headers.get("if-match", "")
    if not asked:
        return False
    tag = present()
    if asked.strip() != "*" and tag not in tags_in(asked):
        raise ProblemError(
            412,
            "It was changed since you read it; read it again, then make the change.",
            headers={"ETag": tag},
        )
    return True


def number_of(text: str, letter: str) -> int:
    """Read the id of an entry ("e") or a story ("s"); raises `NotFoundError` for all else."""
    kind, number = read_id(text)
    if kind != letter:
        what = "an entry: /api/entries/" if kind == "e" else "a story: /api/stories/"
        raise NotFoundError(f"{text} is {what}{text}")
    return number
