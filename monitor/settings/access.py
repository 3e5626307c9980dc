"""config/access.toml: the hashes of the password and of tokens. Nobody writes secrets into it, hashes alone.

It is read and changed by itself: what else is wrong in config/ keeps nobody from ending a token.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from monitor.errors import Fault, MonitorError, NotFoundError, SettingsError, UsageError
from monitor.model.access import Access, Scope, Token
from monitor.settings.faults import did_you_mean, validated
from monitor.settings.fields import Name, check_name
from monitor.settings.files import BOM, parse_toml, read_text
from monitor.settings.home import Home
from monitor.settings.layout import Layout
from monitor.settings.surgery import as_toml
from monitor.settings.values import Table
from monitor.settings.writing import locked, replace_file

MODE = 0o600
IGNORED = "access.toml\n"
"""What config/.gitignore holds: hashes are no secrets, but no business of others."""

_ARGON2 = re.compile(
    r"\$argon2id\$v=19\$m=\d{1,8},t=\d{1,4},p=\d{1,3}\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,}"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEADING = """\
# Hashes of the page's password and of tokens, see: monitor access --help. Keep it to yourself.
password = ""
"""


def _password_hash(text: str) -> str:
    if text and not _ARGON2.fullmatch(text):
        raise ValueError("is no hash of a password; set one with: monitor access password")
    return text


def _token_hash(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError("is no hash of a token; make one with: monitor access token add NAME")
    return text


class TokenTable(Table):
    """`[tokens.NAME]`: a token."""

    hash: Annotated[str, AfterValidator(_token_hash)] = Field(description="Its SHA-256.")
    scopes: tuple[Scope, ...] = Field(min_length=1, description="What it is good for.")
    created_on: date = Field(description="When it was made.")
    expires_on: date | None = Field(default=None, description="The last day it is good.")


class AccessFile(Table):
    """config/access.toml."""

    password: Annotated[str, AfterValidator(_password_hash)] = Field(
        default="", description="The Argon2 hash of the page's password."
    )
    tokens: dict[Name, TokenTable] = Field(default={}, description="The tokens by name.")


def read_access(home: Home) -> Access:
    """Return what config/access.toml says, nothing without it; raises `SettingsError` with all faults."""
    text = read_text(home, home.access_file)
    if text is None:
        return Access()
    faults: list[Fault] = []
    file = parse_toml(home.named(home.access_file), text.removeprefix(BOM))
    table = validated(AccessFile, file, faults)
    if table is None:
        raise SettingsError(tuple(faults))
    return Access(
        table.password,
        tuple(
            Token(name, row.hash, row.scopes, row.created_on, row.expires_on)
            for name, row in table.tokens.items()
        ),
    )


def set_password(home: Home, hashed: str) -> None:
    """Let the password be the one with this hash, or none for ""; tokens, comments and order stay."""

    def change(layout: Layout, data: dict[str, Any]) -> str:
        data["password"] = hashed
        text = layout.text
        for each in layout.assignments:
            if each.path == ("password",):
                return text[: each.value] + as_toml(hashed) + text[each.end :]
        # Before the tables: behind them it would be a key of the last one.
        at = _above(text, layout.headers[0].start) if layout.headers else len(text)
        end = "" if not text[:at] or text[:at].endswith("\n") else "\n"
        return f"{text[:at]}{end}password = {as_toml(hashed)}\n\n{text[at:]}".rstrip("\n") + "\n"

    _change(home, change)


def add_token(home: Home, token: Token) -> None:
    """Add a token; raises `UsageError` when one has its name or its name may not be one."""
    try:
        check_name(token.name)
    except ValueError as error:
        raise UsageError(f"{token.name!r}: {error}") from None

    def change(layout: Layout, data: dict[str, Any]) -> str:
        if token.name in data.get("tokens", {}):
            raise UsageError(
                f"There is a token {token.name} already; choose another name, or end that one: "
                f"monitor access token remove {token.name}"
            )
        row: dict[str, Any] = {
            "hash": token.hash,
            "scopes": list(token.scopes),
            "created_on": token.created_on,
        }
        if token.expires_on:
            row["expires_on"] = token.expires_on
        data.setdefault("tokens", {})[token.name] = row
        lines = [f"[tokens.{token.name}]", *(f"{key} = {as_toml(row[key])}" for key in row)]
        return "\n".join([layout.text.rstrip("\n"), "", *lines, ""])

    _change(home, change)


def remove_token(home: Home, name: str) -> None:
    """Take a token out, so that it is good no more; raises `NotFoundError` when there is none."""

    def change(layout: Layout, data: dict[str, Any]) -> str:
        known = sorted(data.get("tokens", {}))
        if name not in known:
            hint = did_you_mean(name, known) if known else "there are none"
            raise NotFoundError(f"There is no token {name}; {hint}")
        del data["tokens"][name]
        text = layout.text
        heads = [each for each in layout.headers if each.path == ("tokens", name)]
        own = [each.end for each in layout.assignments if each.header == heads[0].start]
        start = text.rfind("\n", 0, heads[0].start) + 1
        after = text.find("\n", max([heads[0].end, *own]))
        return text[:start] + (text[after + 1 :].lstrip("\n") if after >= 0 else "")

    _change(home, change)


def _above(text: str, at: int) -> int:
    """Return where the comment right above a place begins, the place's line where there is none."""
    start = line = text.rfind("\n", 0, at) + 1
    while line > 0:
        line = text.rfind("\n", 0, line - 1) + 1
        if not text[line:start].lstrip().startswith("#"):
            return start
        start = line
    return text.rfind("\n", 0, at) + 1  # it is about the whole file


def access_mode(home: Home) -> int | None:
    """Return the mode of config/access.toml, None without one."""
    try:
        return os.stat(home.access_file).st_mode & 0o777  # noqa: PTH116
    except OSError:
        return None


def _change(home: Home, change: Callable[[Layout, dict[str, Any]], str]) -> None:
    """Make a change, see that it reads as intended, and write it as a file for its owner alone.

    `change` is given where the keys stand and the data, which it changes too, and returns the new text.
    """
    with locked(home):
        name = home.named(home.access_file)
        text = (read_text(home, home.access_file) or "").removeprefix(BOM) or _HEADING
        file = parse_toml(name, text)
        wanted = deepcopy(file.data)
        reason = "the result would not read as intended"
        try:
            new = parse_toml(name, change(file.layout, wanted))
            good = _told(new.data) == _told(wanted)
        except (ValueError, IndexError, SettingsError) as error:
            good, new, reason = False, file, str(error)
        if not good:
            raise MonitorError(
                f"{name} cannot be changed safely ({reason}); change it with an editor. "
                "Nothing was changed."
            )
        faults: list[Fault] = []
        if validated(AccessFile, new, faults) is None:
            raise SettingsError(tuple(faults))
        ignore = home.config / ".gitignore"
        if not os.path.lexists(ignore):
            replace_file(ignore, IGNORED.encode())
        replace_file(home.access_file, new.text.encode(), mode=MODE)


def _told(data: dict[str, Any]) -> dict[str, Any]:
    """Return what counts: that there are no tokens can be said in two ways."""
    return {key: value for key, value in data.items() if key != "tokens" or value}
