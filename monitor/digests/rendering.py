"""One frozen edition in its four forms, each complete: text, Markdown, HTML and JSON.

Rendering takes no clock and looks nothing up, so that the same edition gives the same bytes.
The HTML is a mail and a page in one: styles inline for mail programs, one style sheet for the
dark and for narrow screens, no scripts, no forms, nothing loaded from anywhere.
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from monitor.digests import card_wording, part_wording, wording
from monitor.digests.chart import bars
from monitor.digests.excerpts import printable, undirected
from monitor.digests.links import http_url, story_url
from monitor.digests.markdown import markdown
from monitor.digests.phrases import day
from monitor.digests.plain import text
from monitor.digests.structured import structured
from monitor.digests.subject import preheader, subject
from monitor.model.edition import Coverage, Edition, Rendered

TO_MARKER = "<!--to-->"
"""Stands twice in the HTML, near its top and at the end of its footer, as the only comments there.

What is for one recipient alone, such as the link to unsubscribe, is put in its place when a
message is made; the stored bytes are everybody's. A browser and a mail program show nothing of it.
The text form has no marker: lines are put at its end.
"""

# The form of a BCP 47 tag (RFC 5646 section 2.1); anything else is not a language.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


_COLOURS = {"ok": "#2f7d4f", "warn": "#b06a00", "bad": "#b3261e"}


def render(edition: Edition) -> Rendered:
    """Return the edition as it goes out."""
    return Rendered(
        subject=subject(edition),
        text=text(edition),
        markdown=markdown(edition),
        html=_html(edition),
        json=structured(edition),
    )


def _html(edition: Edition) -> str:
    tone = _tone(edition.coverage)
    return (
        environment()
        .get_template("edition.html")
        .render(
            edition=edition,
            subject=subject(edition),
            preheader=preheader(edition),
            say=wording,
            of_part=part_wording,
            day=day,
            tone=tone,
            colour=_COLOURS[tone],
            to_marker=Markup(TO_MARKER),  # noqa: S704  # a constant of ours
        )
    )


def _tone(coverage: Coverage) -> str:
    """Tell how the coverage mark is coloured: all is well, something failed, nothing was read."""
    if not coverage.checked:
        return "bad"
    return "warn" if coverage.failing or coverage.silent else "ok"


@cache
def environment() -> Environment:
    """Return the environment of the mail templates, which escapes every value.

    Its `card.html` has the macro that shows a card, in an edition or elsewhere.
    """
    made = Environment(
        loader=PackageLoader("monitor.digests"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )
    made.filters["http_url"] = http_url
    made.filters["language"] = _language
    made.filters["with_code"] = _with_code
    made.globals.update(of_card=card_wording, story_url=story_url, bars=bars)
    return made


def _clean(value: object) -> object:
    """Take out of every plain string what has no shape, and the marks that turn its direction.

    Each text stands in an element with its own direction, found from its letters; a mark from a
    feed could only make it read as something else.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return undirected(printable(value))
    return value


def _language(tag: str) -> str:
    """Return a language tag fit for `lang`, "" (of unknown language) for anything else."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _with_code(line: str) -> Markup:
    """Mark up the commands that stand between backticks in a sentence of ours."""
    pieces = [escape(piece) for piece in undirected(printable(line)).split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece
        for index, piece in enumerate(pieces)
    )
