"""The result of a search in forms other programs read, written piece by piece however long it is.

`FORMS` names them. Each writer is given what the export is of and the hits, which it takes one after
the other; nothing is held in memory but the piece being written.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from monitor.digests.excerpts import one_line
from monitor.digests.links import http_url
from monitor.digests.markdown import escaped
from monitor.service.citing import bibtex, ris
from monitor.service.export_values import About, link, published_on
from monitor.service.feed_writing import atom, json_feed
from monitor.service.searching import Hit
from monitor.service.shapes import hit_shape

CSV_COLUMNS = (
    "id", "title", "url", "feed", "outlet", "published_at", "first_seen_at", "topics", "story",
    "snippet", "score", "author", "language", "copy_of",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula, in full width too, also behind what cannot be seen.
# One that parts cells at semicolons or tabs begins another there.
_FORMULA = re.compile(
    r"(^|[;\t])(?=[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
    r"[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n])"
)
# Names, numbers and commits that a forge would turn into a call or a link to somebody's.
_CALL = re.compile(r"([@#])(?=\w)|(?<![@#\w])(GH)(?=-\d)", re.IGNORECASE)
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an export: how its files end, what they are, and who writes them."""

    ending: str
    media_type: str
    write: Callable[[About, Iterable[Hit]], Iterator[str]]


def jsonl(_about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write one JSON object a line, keys as in `monitor search --json`."""
    for hit in hits:
        yield json.dumps(hit_shape(hit), ensure_ascii=False) + "\n"


def csv_rows(_about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write comma-separated values with a heading line (RFC 4180), safe to open in a spreadsheet.

    A value that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    yield out.getvalue()
    for hit in hits:
        entry = hit.entry
        shape = hit_shape(hit) | {
            "topics": " ".join(match.topic for match in entry.matches),
            "author": entry.author,
            "language": entry.language,
            "score": hit.score or "",  # nothing was weighed where hits come newest first
        }
        out.seek(0)
        out.truncate()
        writer.writerow([_in_cell(shape[column]) for column in CSV_COLUMNS])
        yield out.getvalue()


def markdown(about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write a list of citations: title with link, author, outlet, dates, and what was found.

    Everything from a feed shows as the text it is, and calls nobody by `@name`.
    """
    yield f"# {_text(about.understood)}\n\n"
    count = 0
    for hit in hits:
        count += 1
        entry = hit.entry
        title, address = _text(entry.title) or "(no title)", _destination(link(entry))
        yield f"- [{title}]({address})\n" if address else f"- {title}\n"
        facts = [
            _text(entry.author),
            f"*{_text(entry.outlet)}*" if _text(entry.outlet) else "",
            published_on(entry).isoformat(),
            f"accessed {about.now.astimezone(UTC):%Y-%m-%d}",
            f"e{entry.id}",
        ]
        yield f"  {', '.join(fact for fact in facts if fact)}\n"
        if hit.snippet:
            yield f"  > {_text(hit.snippet)}\n"
    yield f"\n{count:,} {'entry' if count == 1 else 'entries'}\n"


FORMS: dict[str, Form] = {
    "csv": Form("csv", "text/csv", csv_rows),
    "jsonl": Form("jsonl", "application/jsonl", jsonl),
    "markdown": Form("md", "text/markdown", markdown),
    "bibtex": Form("bib", "application/x-bibtex", bibtex),
    "ris": Form("ris", "application/x-research-info-systems", ris),
    "atom": Form("atom", "application/atom+xml", atom),
    "jsonfeed": Form("json", "application/feed+json", json_feed),
}
"""All forms of an export by the name `--format` has for them."""


def export(form: str, about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write hits in a form of `FORMS`, piece by piece."""
    return FORMS[form].write(about, hits)


def _in_cell(value: object) -> object:
    """Return a value of a table's cell as text that no spreadsheet takes for anything else."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    if not isinstance(value, str):
        return value
    value = value.replace("\0", " ")
    return _FORMULA.sub(r"\1'", value)


def _text(text: str) -> str:
    """Escape a line of anybody for Markdown; a name or number in it calls nobody."""
    called = _CALL.sub(lambda found: f"{found[0]}{_JOINER}", one_line(text))
    return escaped(called)


def _destination(url: str) -> str:
    """Spell an address so that its round brackets and entities mean themselves."""
    spelled = http_url(url).replace("(", "%28").replace(")", "%29")
    return re.sub(r"&(?=#?\w+;)", "&amp;", spelled)
