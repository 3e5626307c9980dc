"""Link header fields: the hub and the own address a feed's answer names (RFC 8288, W3C WebSub 4).

Read by hand, as nothing well kept reads only this: one pass over the field, nothing backtracks, and
what is not written as it should be ends the reading of that field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from monitor.fetch.addresses import SCHEMES, read_url
from monitor.fetch.failures import Stop
from monitor.fetch.headers import RawHeaders, values

_MAX_LINKS = 200
_MAX_PARAMETERS = 50
_TARGET = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER = re.compile(
    r'\s*;\s*(?:([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?)?',
    re.DOTALL,
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Link:
    """One link as written. `relations` are in lower case; `elsewhere`: it has an anchor."""

    target: str
    relations: frozenset[str]
    elsewhere: bool


def read_hub_and_self(headers: RawHeaders, base: str) -> tuple[str, str]:
    """Return the first hub and the first own address of an answer from `base`, "" for none.

    Both absolute and http or https. A link about another document (with an anchor) says nothing
    about this one.
    """
    hub = own = ""
    for field in values(headers, b"link"):
        for link in read_links(field.decode("latin-1")):
            if link.elsewhere:
                continue
            if not hub and "hub" in link.relations:
                hub = _absolute(base, link.target)
            if not own and "self" in link.relations:
                own = _absolute(base, link.target)
    return hub, own


def read_links(field: str) -> Iterator[Link]:
    """Yield the links of one field up to where it is not written as it should be."""
    at = 0
    for _ in range(_MAX_LINKS):
        target = _TARGET.match(field, at)
        if target is None:
            return
        at = target.end()
        relations: frozenset[str] | None = None
        elsewhere = False
        for _ in range(_MAX_PARAMETERS):
            parameter = _PARAMETER.match(field, at)
            if parameter is None:
                break
            at = parameter.end()
            name, quoted, bare = parameter.groups()
            value = _QUOTED_PAIR.sub(r"\1", quoted) if quoted is not None else bare or ""
            # Only the first rel counts (RFC 8288 section 3.3).
            if (name or "").lower() == "rel" and relations is None:
                relations = frozenset(value.lower().split())
            elsewhere = elsewhere or (name or "").lower() == "anchor"
        yield Link(target.group(1).strip(), relations or frozenset(), elsewhere)
        rest = field[at : at + 100].lstrip()
        if not rest.startswith(","):
            return


def _absolute(base: str, target: str) -> str:
    """Resolve a link's target; "" when it is no address a request could be sent to."""
    try:
        url = httpx.URL(base).join(target)
        return str(read_url(str(url))) if url.scheme in SCHEMES else ""
    except (httpx.InvalidURL, ValueError, Stop):  # a link nobody can follow is none
        return ""
