"""Who may do what with the page and the API: a password, and tokens for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Scope = Literal["read", "write", "feeds", "metrics"]
"""See everything; change as well; the feeds for other programs alone; /metrics alone."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
EVERYTHING: frozenset[Scope] = frozenset(SCOPES)

_IMPLIED: dict[Scope, frozenset[Scope]] = {
    "write": EVERYTHING,
    "read": frozenset({"read", "feeds", "metrics"}),
}


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows instead of a password; `hash` is its SHA-256. It is good on `expires_on` still."""

    name: str
    hash: str
    scopes: tuple[Scope, ...]
    created_on: date
    expires_on: date | None = None

    @property
    def may(self) -> frozenset[Scope]:
        """What it is good for: to change is to see, to see everything is to see feeds and figures."""
        return frozenset().union(*(_IMPLIED.get(each, {each}) for each in self.scopes))

    def is_good(self, on: date) -> bool:
        """Tell whether it has not expired."""
        return self.expires_on is None or on <= self.expires_on


@dataclass(frozen=True, slots=True)
class Access:
    """What config/access.toml says. `password` is an Argon2 hash, "" where none is set."""

    password: str = ""
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Proxy:
    """A web server before the page that is believed: from where, and what it says of who asks.

    `header` is the one with the user's name, lower-case, "" where it asks nobody; `users` are those
    who may, all without.
    """

    peers: tuple[str, ...] = ()
    header: str = ""
    users: tuple[str, ...] = ()
