"""What a person most likely meant where a TOML file breaks, told from the line alone.

Only what is certain is said; the parser's own message stands before it.
"""

from __future__ import annotations

import re

_KEY = r"[A-Za-z0-9_-]+"
_INNER_QUOTE = re.compile(rf'(?:^|[{{,])\s*{_KEY}\s*=\s*"(?!"")[^"\\]*"(?=[^\s,}}\]#"]|"\S)')
_PARTS_QUOTED = re.compile(r'query\s*=\s*"[^"\\]*"\s+(?![\w-]+\s*=)[^\s#,}\]]')
_SETS = re.compile(rf"^\s*{_KEY}\s*=")
_BARE_TEXT = re.compile(
    rf"^\s*{_KEY}\s*=\s*(?!(?i:true|false|yes|no|on|off|none|null)\b)(?:[^\W\d]|[@(])"
)
_NAMED_BADLY = re.compile(r"^\s*\[+\s*[A-Za-z0-9_.-]+\s+[^\]\"']*[^\]\s\"'][^\]\"']*\]")
_TABLE = re.compile(r"^\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_TWICE = re.compile(r"cannot declare \(.*\) twice")


def hint(reason: str, text: str, line: int) -> str:
    """Return what to do about a TOML error in a line (from 1), or "" where that is not certain.

    `reason` is the parser's message, beginning in lower case.
    """
    lines = text.split("\n")
    there = lines[line - 1] if 0 < line <= len(lines) else ""
    if _INNER_QUOTE.search(there) or _PARTS_QUOTED.search(there):
        return "text with double quotes in it goes into single quotes, '…', or '''…'''"
    if reason.startswith("invalid value"):
        if (_SETS.match(there) or _TABLE.match(there)) and _is_inside(lines, line):
            return "a ] is missing above"
        if _BARE_TEXT.match(there):
            return "text goes into quotes"
    if reason.startswith("expected ']' at the end of a table") and _NAMED_BADLY.match(there):
        return "a name is small letters, digits, - and _, without spaces: [topics.chip-controls]"
    if reason.startswith("unclosed array"):
        return "a comma or a ] is missing before this place"
    if reason.startswith("unclosed inline table"):
        return "a comma or a } is missing before this place"
    if reason.startswith("illegal character '\\n'"):
        return "a quote is missing at the end of this line; text of several lines goes into '''"
    if _TWICE.match(reason) and (name := _TABLE.match(there)):
        return _first(lines, line, name[1].strip())
    return ""


def _is_inside(lines: list[str], line: int) -> bool:
    """Say whether a list that was begun further up, `key = [`, is not closed before a line."""
    for above in reversed(lines[: line - 1]):
        if re.match(rf"^\s*{_KEY}\s*=\s*\[\s*(?:#.*)?$", above):
            return True
        if re.match(r"^\s*\]", above) or _SETS.match(above) or _TABLE.match(above):
            return False
    return False


def _first(lines: list[str], line: int, name: str) -> str:
    for number, above in enumerate(lines[: line - 1], start=1):
        table = _TABLE.match(above)
        if table and table[1].strip() == name:
            return f"[{name}] stands in line {number} already; join the two or rename one"
    return ""
