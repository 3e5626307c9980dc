"""Which entries come from an official source: who decides, not who writes about it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

OFFICIAL_TAGS = frozenset({"official", "primary", "government"})
"""Tags of a feed in config that make all its entries official. Its tier alone does not: the press one
trusts most has the same."""

_SUFFIXES = {
    "gov": "scot wales", "mil": "ar br by cl cn co do ec id kr mx my no pe ph pl py ru se tr tw ua uk uy ve za",
    "gob": "ar bo cl cu do ec es gt hn mx ni pa pe sv ve",
    "gouv": "bf bi bj cd cf cg ci dj fr ga gn ht km lu mc mg ml mr ne qc.ca sn td tg",
    "gub": "uy", "govt": "nz", "go": "cr id jp ke kr th tz ug", "gv": "ao at", "gc": "ca", "admin": "ch",
    "government": "ae bg is kz nl ru se", "regeringen": "se", "regjeringen": "no",
}  # fmt: skip
"""What governments have of the countries that have it; elsewhere anybody registers `go.ai` and `admin.io`.

`gov` is kept for governments in every country, and `gov` and `mil` by themselves are those of the
United States.
"""

_HOSTS = (
    "gov mil europa.eu bund.de bundestag.de bundesregierung.de bundesrat.de bundesanzeiger.de parliament.uk "
    "senat.fr assemblee-nationale.fr conseil-constitutionnel.fr parl.ca canada.ca camara.leg.br "
    "senado.leg.br congreso.es boe.es governo.it rijksoverheid.nl overheid.nl"
)
_NAMED = [
    *_HOSTS.split(),
    *(
        f"{name}.{country}"
        for name, countries in _SUFFIXES.items()
        for country in countries.split()
    ),
]
_GOVERNMENT = re.compile(rf"(?:^|\.)(?:gov\.[a-z]{{2}}|{'|'.join(map(re.escape, _NAMED))})$")


def is_official(host: str, tags: tuple[str, ...]) -> bool:
    """Tell whether an entry at a host, of a feed with these tags, comes from an official source.

    Its host belongs to a government or parliament, or its feed is tagged so.
    """
    return bool(
        OFFICIAL_TAGS.intersection(tag.casefold() for tag in tags)
        or _GOVERNMENT.search(host.lower().rstrip("."))
    )


def official_host(address: str, feed: str) -> str:
    """Return the host of an entry's address where the entry's word for it can be taken, else "".

    Any feed may link to a ministry. What comes from one comes by a feed of an official host, or by one
    that a person has tagged so.
    """
    return host_of(address) if is_official(host_of(feed), ()) else ""


def host_of(address: str) -> str:
    """Return the host of an address, "" where it names none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
