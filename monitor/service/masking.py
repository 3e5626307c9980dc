"""What a page must not show although config/ holds it: keys in addresses, secrets in headers.

What an address may show says `monitor.model.masking`, whose names are here too. Pure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.model.feed import FeedRecord
from monitor.model.masking import MASK, is_masked, is_secret_name, masked
from monitor.service.editing import DiffLine, FileDiff
from monitor.service.feeds import title_of
from monitor.service.masks import shown_to

__all__ = [
    "MASK",
    "is_masked",
    "is_secret_name",
    "masked",
    "masked_diffs",
    "masked_headers",
    "name_of",
]

_PAIR = re.compile(
    r"(?<![\w.-])([\"']?([\w!#$%&*+.^`|~-]{1,100})[\"']?\s{0,20}=\s{0,20})"
    r"(\"\"\".*?(?:\"\"\"|$)|'''.*?(?:'''|$)|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
)
_QUOTES = "\"'"


def name_of(record: FeedRecord) -> str:
    """Return what to call a feed on a page: its title, else its address without likely keys."""
    return masked(title_of(record))


def masked_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return request headers without values that are likely secrets."""
    return tuple((name, MASK if is_secret_name(name) else value) for name, value in headers)


def masked_diffs(diffs: tuple[FileDiff, ...]) -> tuple[FileDiff, ...]:
    """Return what a change does to files of config/, without likely secrets in the lines around it."""
    return tuple(
        replace(diff, lines=tuple(DiffLine(line.kind, _line(line.text)) for line in diff.lines))
        for diff in diffs
    )


def _line(text: str) -> str:
    return masked(_PAIR.sub(_pair, text))


def _pair(found: re.Match[str]) -> str:
    """Mask the value of a key, as TOML has both, where it is a header or an address that is likely a secret."""
    before, name, value = found.groups()
    if name.rpartition(".")[2] == "webhook":
        return f'{before}"{shown_to("webhook", value.strip(_QUOTES))}"'
    if is_secret_name(name) and not name.endswith("_env"):  # that names a variable
        return f'{before}"{MASK}"'
    return found[0]
