"""What a page must not show although config/ holds it: keys in addresses, secrets in headers.

No secret belongs into config/ (`auth_env` names the variable that holds one), but some publishers put a personal
key into the address of a feed, and people put tokens into headers. Pure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.service.editing import DiffLine, FileDiff

MASK = "•••"
"""Stands for what is not shown."""

_SECRET = re.compile(
    r"pass|pwd|secret|token|auth|cookie|session|credential|signature|api-?_?key|(?:^|[-_])(?:key|sig|sid|code|hash)(?:$|[-_])",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"(?=[^&#]*\d)(?=[^&#]*[A-Za-z])[A-Za-z0-9_~.%+/=-]{24,}")
_USER_INFO = re.compile(r"(?<=://)[^/?#\s\"'@]*@")
_PARAMETER = re.compile(r"([?&;])([^=&#;\s\"']{1,100})=([^&#;\s\"']+)")
_HEADERS = re.compile(r"^(\s*headers\s*=\s*)\{.*\}", re.DOTALL)
_ASSIGNED = re.compile(r"^(\s*\"?([A-Za-z0-9-]+)\"?\s*=\s*)\".*\"")
_PAIR = re.compile(r"(\"?([A-Za-z0-9!#$%&'*+.^_`|~-]+)\"?\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*')")


def is_secret_name(name: str) -> bool:
    """Tell whether what goes by this name is likely a secret: `token`, `X-Api-Key`, `sig`."""
    return bool(_SECRET.search(name))


def masked(text: str) -> str:
    """Return an address, or a text with addresses in it, without passwords and likely keys."""
    return _PARAMETER.sub(_parameter, _USER_INFO.sub(f"{MASK}@", text))


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
    if _HEADERS.match(text):
        text = _PAIR.sub(
            lambda pair: f'{pair[1]}"{MASK}"' if is_secret_name(pair[2]) else pair[0], text
        )
    elif (assigned := _ASSIGNED.match(text)) and "-" in assigned[2] and is_secret_name(assigned[2]):
        text = f'{assigned[1]}"{MASK}"'  # a header in a table of its own
    return masked(text)


def _parameter(found: re.Match[str]) -> str:
    before, name, value = found.groups()
    secret = is_secret_name(name) or _RANDOM.fullmatch(value)
    return f"{before}{name}={MASK if secret else value}"
