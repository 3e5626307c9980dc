"""From values to HTML: the templates' environment, their filters, and what every page is given.

Everything is escaped by the environment; only what `markup` prepared and the marks around found
words are HTML already. Times are shown in one zone, that of the first digest, and say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from monitor import __version__
from monitor.digests.chart import levels
from monitor.digests.excerpts import shorten_message, undirected
from monitor.digests.links import http_url
from monitor.digests.part_wording import CHART_NOTE, HEADINGS
from monitor.digests.phrases import count, day, lasting, moment, short_day
from monitor.model.delivery import Delivery
from monitor.model.digest import Recipient
from monitor.service.facets import timezone_of
from monitor.service.masks import shown_to
from monitor.service.shapes import instant
from monitor.service.wiring import Services
from monitor.web.asked import asked

# The form of a BCP 47 tag (RFC 5646 section 2.1); anything else is not a language.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_NO_SHAPE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Nothing is evaluated, nothing kept in the browser, nothing asked for elsewhere, no style written.
_HTMX = json.dumps({
    "allowEval": False, "allowScriptTags": False, "attributesToSettle": ["class"], "defaultSettleDelay": 0,
    "historyCacheSize": 0,
    "includeIndicatorStyles": False, "refreshOnHistoryMiss": True, "selfRequestsOnly": True, "timeout": 60_000,
})  # fmt: skip
_OUTWARDS = "noopener noreferrer nofollow"


def page(
    template: str, services: Services, now: datetime, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page. `now` is aware UTC; `values` are what the template asks for."""
    timezone, request = timezone_of(services), asked()
    html = (
        _environment()
        .get_template(template)
        .render(
            when=partial(when, timezone=timezone, now=now),
            timezone=timezone,
            version=__version__,
            asked=request,
            faults=request.faults(),
            htmx_config=_HTMX,
            **{"query": "", "here": "", "starred": frozenset(), **values},
        )
    )
    return HTMLResponse(html, status)


def bare(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a page for strangers: it knows nothing of the home."""
    return HTMLResponse(_environment().get_template(template).render(**values), status)


def slug(text: str, longest: int) -> str:
    """Return words of a text in small letters, digits and hyphens, as many whole ones as fit; "" without one."""
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in text.lower())
    name = ""
    for word in kept.split():
        if len(name) + len(word) >= longest:
            break
        name = f"{name}-{word}" if name else word
    return name


def when(at: datetime | str | None, *, timezone: str, now: datetime) -> Markup:
    """Write an instant as `<time>`: "Mon 23 Nov 07:00", with the year where it is another one."""
    if at is None:
        return Markup("")
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    try:
        shown = moment(at, timezone, now.date())
    except OverflowError:  # the first and last day of the calendar, in another zone
        shown = at.astimezone(UTC).strftime("%Y-%m-%d")
    # Both are our own digits and names of days; a page may have thousands of them.
    return Markup(f'<time datetime="{instant(at)}">{shown}</time>')  # noqa: S704


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Put `<mark>` around the half-open spans of a text; they may touch and overlap."""
    out, at = Markup(""), 0
    for start, end in sorted(spans):
        start = max(start, at)
        if start >= end or end > len(text):
            continue
        out += escape(_clean(text[at:start]))
        out += Markup("<mark>{}</mark>").format(_clean(text[start:end]))
        at = end
    return out + escape(_clean(text[at:]))


def with_code(sentence: str) -> Markup:
    """Mark up the commands that stand between backticks in a sentence of ours."""
    if "`" not in sentence:
        return escape(_clean(sentence))
    pieces = [escape(_clean(piece)) for piece in sentence.split("`")]
    if len(pieces) % 2 == 0:  # one that closes nothing is a character
        pieces[-2:] = [pieces[-2] + "`" + pieces[-1]]
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece
        for index, piece in enumerate(pieces)
    )


def lang(tag: str) -> Markup:
    """Write the `lang` attribute, with the blank before it; "" for what is no language tag."""
    return Markup(' lang="{}"').format(tag) if _LANGUAGE.fullmatch(tag) else Markup("")


def outward(url: str) -> Markup:
    """Write the attributes of a link to elsewhere; "" for an address that is not to be opened."""
    safe = http_url(url)
    return Markup(' href="{}" rel="{}"').format(safe, _OUTWARDS) if safe else Markup("")


def host(url: str) -> str:
    """Return the host of an address as people know it, "" without one."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def recipient(delivery: Delivery | Recipient) -> str:
    """Write whom a delivery goes to; of a webhook's address, which may hold a secret, only the host."""
    return shown_to(delivery.channel, delivery.to)


def search_url(path: str = "/search", /, **values: object) -> str:
    """Write the address of a search; empty values are left out."""
    return f"{path}?{urlencode({key: value for key, value in values.items() if value})}"


def reasons(why: Sequence[Mapping[str, Any]]) -> list[_Reasons]:
    """Group the reasons of a card by topic, and within it by clause, each with its words once."""
    return [
        _Reasons(topic, version, [_clause(clause, list(found)) for clause, found in groupby(
            of_topic, key=lambda each: str(each["clause"])
        )])
        for (topic, version), of_topic in groupby(
            why, key=lambda each: (str(each["topic"]), int(each["version"]))
        )
    ]  # fmt: skip


def found_words(why: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the words of headline and text a card was found by, each once, in their order."""
    found = [str(each["words"]) for each in why if each["field"] in ("title", "text")]
    words = {word.casefold(): word for word in reversed(found) if word}
    return [*words.values()][::-1]


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why one topic wanted a story: each clause with the fields it was found in and the words."""

    topic: str
    version: int
    clauses: list[tuple[str, list[tuple[str, list[str]]]]]


def _clause(
    clause: str, found: Sequence[Mapping[str, Any]]
) -> tuple[str, list[tuple[str, list[str]]]]:
    fields: dict[str, dict[str, None]] = {}
    for each in found:
        if each["words"]:
            fields.setdefault(str(each["field"]), {})[str(each["words"])] = None
    return clause, [(field, list(words)) for field, words in fields.items()]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(
        counted=count, day=day, host=host, lang=lang, lasting=lasting, outward=outward,
        levels=levels, reasons=reasons, recipient=recipient, found_words=found_words, short_day=_short_day, shorten_message=shorten_message, with_code=with_code,
    )  # fmt: skip
    environment.globals.update(search_url=search_url, names=HEADINGS, chart_note=CHART_NOTE)
    return environment


def _short_day(on: str) -> str:
    return short_day(date.fromisoformat(on))


def _shown(value: object) -> object:
    return _clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _clean(text: str) -> str:
    """Drop what has no shape, and marks of a feed that would turn the direction of our own words."""
    return undirected(_NO_SHAPE.sub(" ", text))
