"""Where to go after logging in: a page of ours, never elsewhere, whatever the address said."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from monitor.web.policy import LOGIN

_OURS = re.compile(r"/[!-\[\]-~]*")
"""One slash, then what an address may hold as it is: no space, control character, backslash, or beyond ASCII."""
_LONGEST = 3_000


def next_page(wanted: str) -> str:
    """Return `wanted` if it is a page of ours, "/" for everything else."""
    if len(wanted) > _LONGEST or not _OURS.fullmatch(wanted):
        return "/"
    path = urlsplit(wanted).path if wanted[:2] != "//" else "//"
    # As some server in between might read it: decoded, even twice.
    for _ in range(3):
        if path[:1] != "/" or path[1:2] in ("/", "\\") or "\\" in path or not path.isprintable():
            return "/"
        path = unquote(path)
    parts = path.split("/")
    if ".." in parts or "." in parts or path in (LOGIN, "/logout") or path.startswith("/logout/"):
        return "/"
    return wanted
