"""Hits as entries of a bibliography: BibTeX, and RIS for reference managers.

The key of an entry is `monitor-e12`: the same in every export of one home, and no two alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC

from monitor.model.entry import Entry
from monitor.service.export_values import About, line, link, published_on
from monitor.service.searching import Hit

# Braces are counted even behind a backslash, so that only their names keep an entry whole.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
        ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
        **{char: f"\\{char}" for char in "$&%#_"},
    }
)  # fmt: skip
# Up to four words of letters, none of them the one BibTeX splits names at.
_PLAIN_NAME = re.compile(
    r"(?!.*\b(?:and|others)\b)[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write BibTeX, UTF-8: an `@misc` each, which both BibTeX and biblatex know.

    A title keeps its capitals; an author is a name as it is written, and one name where it could be taken for several.
    """
    for hit in hits:
        entry = hit.entry
        on = published_on(entry)
        fields = {
            "title": f"{{{latex(entry.title) or '(no title)'}}}",
            "author": _author(entry.author),
            "howpublished": latex(entry.outlet),
            "publisher": latex(entry.outlet),
            "year": f"{on.year:04}",
            "day": str(on.day),
            "url": link(entry),
            "urldate": f"{about.now.astimezone(UTC):%Y-%m-%d}",
            "language": latex(entry.language),
            "keywords": latex(", ".join(match.topic for match in entry.matches)),
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        # A name of the language's own, which styles write out.
        lines.append(f"  month = {_MONTHS[on.month - 1]},\n")
        yield f"@misc{{{key(entry)},\n{''.join(lines)}}}\n\n"


def ris(about: About, hits: Iterable[Hit]) -> Iterator[str]:
    """Write RIS: one tag a line, two blanks, a hyphen, a blank; CRLF; from TY to ER."""
    for hit in hits:
        entry = hit.entry
        on = published_on(entry)
        fields = [
            ("TY", "ELEC"),
            ("ID", key(entry)),
            ("TI", line(entry.title) or "(no title)"),
            # A star would mark a part of a name.
            ("AU", line(entry.author.replace("*", " "))),
            ("T2", line(entry.outlet)),
            ("PB", line(entry.outlet)),
            ("PY", f"{on.year:04}"),
            ("DA", f"{on.year:04}/{on.month:02}/{on.day:02}"),
            ("Y2", f"{about.now.astimezone(UTC):%Y/%m/%d}"),
            ("LA", line(entry.language)),
            ("AB", line(entry.excerpt)),
            *(("KW", line(match.topic)) for match in entry.matches),
            ("UR", link(entry)),
        ]
        lines = [f"{tag}  - {value}\r\n" for tag, value in fields if value]
        yield f"{''.join(lines)}ER  - \r\n\r\n"


def _author(author: str) -> str:
    """Return a name; in braces, as one, where a comma or an "and" would split it, or it is no plain name."""
    written = latex(author)
    return written if not written or _PLAIN_NAME.fullmatch(written) else f"{{{written}}}"


def key(entry: Entry) -> str:
    """Return the key of an entry in a bibliography."""
    return f"monitor-e{entry.id}"


def latex(text: str) -> str:
    """Return a text on one line that LaTeX sets as it is; the braces in it always match."""
    return line(text).translate(_LATEX)
