"""What a request brings in its body: JSON of a known shape, or a list of feeds as OPML.

The body is read here and not by FastAPI, so that it is bounded while it comes in, and what is wrong
with it is told as what it is: too large (413), no JSON by its type (415), no JSON (400), a value that
does not fit (422).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from math import isinf
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect, Request

from monitor.web.problems import ProblemError

MOST_BYTES = 1_000_000
_DEEPEST = 64

Document = TypeVar("Document", bound=BaseModel)


class Body(BaseModel):
    """What a request brings: keys nobody knows are refused, and no value is taken for another's type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def body_of(model: type[Document]) -> Callable[[Request], Awaitable[Document]]:
    """Return the dependency that reads a body of this model; name it with `takes` as well."""

    async def read(request: Request) -> Document:
        _check_type(request, "application/json")
        data = await bounded(request, MOST_BYTES)
        return model_of(model, _parsed(data))

    return read


def model_of(model: type[Document], value: Any) -> Document:
    """Hold a value against a model; raises `ProblemError`."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        errors = [
            {
                "in": "body",
                "name": ".".join(str(part) for part in fault["loc"]),
                "message": fault["msg"],
            }
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        named = "; ".join(f"{each['name'] or 'body'}: {each['message']}" for each in errors)
        raise ProblemError(
            422, f"The body has a value that does not fit: {named}.", errors=errors
        ) from None


def takes(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """Describe a body for /openapi.json: `openapi_extra` of its route."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": required, "content": content}}


async def bounded(request: Request, most: int) -> bytes:
    """Read a body of at most so many bytes; raises `ProblemError` at the first that is too many."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise ProblemError(415, "Send the body as it is, without a Content-Encoding.")
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        _too_large(most)
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                _too_large(most)
    except ClientDisconnect:
        raise ProblemError(400, "The body broke off.") from None
    return bytes(body)


def _check_type(request: Request, *wanted: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in wanted:
        said = f", not {given}" if given else ""
        raise ProblemError(415, f"Send the body with Content-Type: {wanted[0]}{said}.")


def _too_large(most: int) -> NoReturn:
    raise ProblemError(413, f"The body may have {most:,} bytes at most.")


def _parsed(data: bytes) -> Any:
    """Parse JSON as RFC 8259 has it: UTF-8, no NaN, nothing deeper than anybody needs."""
    try:
        text = data.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant, parse_float=_number)
        # Half a surrogate pair can be written in JSON, and is no character.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise ProblemError(400, "The body is not UTF-8 text.") from None
    except RecursionError:
        raise ProblemError(400, "The body is nested too deeply.") from None
    except ValueError as error:
        raise ProblemError(400, f"The body is no JSON: {error}.") from None
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> int | float:
    """Read 20.0 as the whole number that it is in JSON."""
    value = float(text)
    if isinf(value):
        raise ValueError(f"{text[:40]} is too large a number")
    return int(value) if value.is_integer() else value
