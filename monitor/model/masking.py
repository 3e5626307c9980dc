"""What an address must not show: keys and passwords that stand in it.

No secret belongs into config/ (`auth_env` names the variable that holds one), but some publishers put a personal
key into the address of a feed.
"""

from __future__ import annotations

import re

MASK = "•••"
"""Stands for what is not shown."""

_SECRET = re.compile(
    r"pass|pwd|secret|token|auth(?!or)|authori[sz]ation|cookie|session|credential|signature|api-?_?key|(?:^|[-_])(?:key|sig|sid|code|hash)(?:$|[-_])",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"(?=[^&#]*\d)(?=[^&#]*[A-Za-z])[A-Za-z0-9_~.%+/=-]{24,}")
_USER_INFO = re.compile(r"(?<=://)[^/?#\s\"'@]*@")
_PARAMETER = re.compile(r"([?&;])([^=&#;\s\"']{1,100})=([^&#;\s\"']+)")


def is_secret_name(name: str) -> bool:
    """Tell whether what goes by this name is likely a secret: `token`, `X-Api-Key`, `sig`."""
    return bool(_SECRET.search(name))


def masked(text: str) -> str:
    """Return an address, or a text with addresses in it, without passwords and likely keys."""
    return _PARAMETER.sub(_parameter, _USER_INFO.sub(f"{MASK}@", text))


def is_masked(text: str) -> bool:
    """Tell whether something in the text was masked, so that it is not what it stands for."""
    return MASK in text


def _parameter(found: re.Match[str]) -> str:
    before, name, value = found.groups()
    secret = is_secret_name(name) or _RANDOM.fullmatch(value)
    return f"{before}{name}={MASK if secret else value}"
