"""What a page must not show although config/ holds it: keys in addresses, secrets in headers.

No secret belongs into config/ (`auth_env` names the variable that holds one), but some publishers put a personal
key into the address of a feed, and people put tokens into headers. Pure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.model.feed import FeedRecord
from monitor.service.editing import DiffLine, FileDiff
from monitor.service.feeds import title_of
from monitor.service.masks import shown_to

MASK = "•••"
"""Stands for what is not shown."""

_SECRET = re.compile(
    r"pass|pwd|secret|token|auth(?!or)|authori[sz]ation|cookie|session|credential|signature|api-?_?key|(?:^|[-_])(?:key|sig|sid|code|hash)(?:$|[-_])",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"(?=[^&#]*\d)(?=[^&#]*[A-Za-z])[A-Za-z0-9_~.%+/=-]{24,}")
_USER_INFO = re.compile(r"(?<=://)[^/?#\s\"'@]*@")
_PARAMETER = re.compile(r"([?&;])([^=&#;\s\"']{1,100})=([^&#;\s\"']+)")
_PAIR = re.compile(
    r"(?<![\w.-])(\"?([\w!#$%&*+.^`|~-]{1,100})\"?\s{0,20}=\s{0,20})(\"(?:[^\"\\]|\\.)*\"|'[^']*')"
)


def is_secret_name(name: str) -> bool:
    """Tell whether what goes by this name is likely a secret: `token`, `X-Api-Key`, `sig`."""
    return bool(_SECRET.search(name))


def masked(text: str) -> str:
    """Return an address, or a text with addresses in it, without passwords and likely keys."""
    return _PARAMETER.sub(_parameter, _USER_INFO.sub(f"{MASK}@", text))


def name_of(record: FeedRecord) -> str:
    """Return what to call a feed on a page: its title, else its address without likely keys."""
    return masked(title_of(record))


def is_masked(text: str) -> bool:
    """Tell whether something in the text was masked, so that it is not what it stands for."""
    return MASK in text


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
    if name == "webhook":
        return f'{before}"{shown_to("webhook", value[1:-1])}"'
    if is_secret_name(name) and not name.endswith("_env"):  # that names a variable
        return f'{before}"{MASK}"'
    return found[0]


def _parameter(found: re.Match[str]) -> str:
    before, name, value = found.groups()
    secret = is_secret_name(name) or _RANDOM.fullmatch(value)
    return f"{before}{name}={MASK if secret else value}"
