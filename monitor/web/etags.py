"""Entity tags (RFC 9110 section 8.8.3): what an answer is called, and whether who asks has it already."""

from __future__ import annotations

import hashlib
import re

from starlette.requests import Request

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def tag_of_bytes(body: bytes) -> str:
    """Return the strong tag of these bytes, in its quotes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match names a tag; strong and weak ones are compared alike there (section 13.1.2)."""
    header = request.headers.get("if-none-match", "")
    known = {each.removeprefix("W/") for each in tags_in(header)}
    return header.strip() == "*" or tag.removeprefix("W/") in known


def tags_in(header: str) -> list[str]:
    """Return the tags a header names, in their quotes, weak ones with their W/."""
    return _TAG.findall(header)
