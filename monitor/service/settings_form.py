"""Settings as the fields of a form: each key of a table with its value, its default, and what it is for.

Made of the same declarations that read config/, so that a new key is on the page at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from monitor.errors import Fault, UsageError
from monitor.service.masking import MASK, is_masked
from monitor.service.recipient_lines import lines_of_recipients, recipients_of_lines
from monitor.service.settings_words import HINTS, LABELS
from monitor.settings.faults import did_you_mean
from monitor.settings.schemas import schemas
from monitor.settings.toml_text import written

_WITH_LABELS = ("digests", "alerts")
_HOW = {"lines": "One a line.", "toml": "Written as in the file."}
_BARE = re.compile("[A-Za-z0-9_-]{1,100}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
Kind = Literal["text", "number", "decimal", "yes-no", "choice", "lines", "recipients", "toml"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One key. `value` is what the file says, as a person types it, "" where it says nothing.

    `default` counts then. `lines` is text with one value a line, `recipients` who gets something, one a line, `toml`
    is written as in the file; `fault` is what is wrong with the value. `label` is what a person calls it, "" where
    that is the key; `how` says how it is written where `about` does not.
    """

    key: str
    kind: Kind
    value: str
    default: str
    about: str
    choices: tuple[str, ...] = ()
    fault: str = ""
    label: str = ""
    how: str = ""


_TABLES = {
    "fetch": "FetchSettings",
    "keep": "KeepSettings",
    "web": "WebSettings",
    "mail": "MailSettings",
    "summaries": "SummariesTable",
    "digests": "DigestTable",
    "alerts": "AlertTable",
}


def fields(
    table: str,
    row: Mapping[str, Any],
    typed: Mapping[str, str] | None = None,
    faults: tuple[Fault, ...] = (),
    path: str = "",
) -> list[FormField]:
    """Return the fields of a table: what `row`, as the file has it, says, or what a person has `typed` since.

    `faults` are shown with the key they are about; `path` is the dotted name of the table in them.
    """
    found = []
    for key, schema in _form_keys(table, row, typed).items():
        kind = _kind(schema)
        said = _part(row, key)
        value = "" if said is None else _shown(kind, said)
        wrong = [
            _numbered(each, f"{path}.{key}") for each in faults
            if each.key == f"{path}.{key}" or each.key.startswith((f"{path}.{key}.", f"{path}.{key}["))
        ]  # fmt: skip
        hint = HINTS.get((table, key), "")
        found.append(
            FormField(
                key, kind, typed.get(key, value) if typed is not None else value,
                _shown(kind, schema["default"]) if schema.get("default") not in (None, [], "") else "",
                hint or str(schema.get("description", "")), tuple(schema.get("enum", ())), "; ".join(wrong),
                LABELS.get(key, "") if table in _WITH_LABELS else "", "" if hint else _HOW.get(kind, ""),
            )
        )  # fmt: skip
    return found


def changes(table: str, typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a form says as values of the file, and by key what is wrong with what can be no value at all.

    An empty field takes its key out. Only keys that the form had count.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, schema in _form_keys(table, {}, typed).items():
        if key not in typed:
            continue
        try:
            value = _value(key, _kind(schema), typed[key].replace("\r\n", "\n").strip())
            _check_list(schema, value)
        except UsageError as error:
            wrong[key] = str(error)
            continue
        table_key, dot, part = key.partition(".")
        if not dot:
            found[key] = value
        else:
            parts = found.setdefault(table_key, None)
            if value is not None:
                found[table_key] = {**(parts or {}), part: value}
    return found, wrong


def check_values(table: str, values: Mapping[str, Any]) -> None:
    """See that these can be written into a table: its keys, and nothing that TOML has no form for.

    Whether a value may stand there is found out when config/ is read with it. Raises `UsageError`.
    """
    for key, value in values.items():
        if key not in _keys(table):
            raise UsageError(
                f"{key[:40]!r} is no key here; {did_you_mean(key, list(_keys(table)))}"
            )
        if value is not None:
            _check_writable(key, value)


def _check_list(schema: Mapping[str, Any], value: Any) -> None:
    if isinstance(value, dict) and schema.get("type") == "array":
        raise UsageError("One alone stands in square brackets too: write [{…}].")


def _check_writable(key: str, value: Any) -> None:
    if value is None:
        raise UsageError(f"{key}: TOML has no null; leave out what is not to be there.")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise UsageError(f"{key}: a whole number in TOML has 64 bits.")
    if isinstance(value, str) and is_masked(value):
        raise UsageError(f"{MASK} stands for what is not shown; leave out what does not change.")
    if isinstance(value, list):
        for each in value:
            _check_writable(key, each)
    if isinstance(value, dict):
        for name, each in value.items():
            if not _BARE.fullmatch(name):
                raise UsageError(f"{key}: {name[:40]!r} is no key of anything there.")
            _check_writable(f"{key}.{name}", each)


def _value(key: str, kind: Kind, text: str) -> Any:
    if not text:
        return None
    if kind == "yes-no":
        return text == "yes"
    if kind == "number":
        if not (text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 19):
            raise UsageError(f"{key}: {text!r} is no whole number.")
        return int(text)
    if kind == "decimal":
        if not _DECIMAL.fullmatch(text):
            raise UsageError(f"{text[:40]!r} is no number; write 0, 1 or 1.5.")
        return float(text) if "." in text else int(text)
    if kind == "recipients":
        return recipients_of_lines(text)
    if kind == "lines":
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        return lines[0] if len(lines) == 1 and key == "at" else lines
    if kind == "toml":
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except (ValueError, RecursionError, KeyError) as error:
            raise UsageError(f"{key} is not written as in a TOML file: {error}") from None
    return text


def _shown(kind: Kind, value: Any) -> str:
    if kind == "yes-no":
        return "yes" if value is True else "no" if value is False else str(value)
    if kind == "lines":
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    if kind == "recipients":
        return lines_of_recipients(value)
    if kind == "toml":
        return written(value).strip()
    return str(value)


def _kind(schema: Mapping[str, Any]) -> Kind:
    if schema.get("type") == "boolean":
        return "yes-no"
    if schema.get("type") == "integer":
        return "number"
    if "enum" in schema:
        return "choice"
    if schema.get("items", {}).get("$ref", "").endswith("/RecipientTable"):
        return "recipients"
    options = schema.get("anyOf", [schema])
    if {each.get("type") for each in options} == {"number", "integer"}:
        return "decimal"
    if any(each.get("items", {}).get("type") == "string" for each in options):
        return "lines"
    return "text" if schema.get("type") == "string" else "toml"


def _form_keys(
    table: str, row: Mapping[str, Any], typed: Mapping[str, str] | None
) -> dict[str, dict[str, Any]]:
    """Return what a form has a field for: the keys, of a table of numbers each number."""
    found: dict[str, dict[str, Any]] = {}
    for key, schema in _keys(table).items():
        parts = _numbers(schema)
        whole = key in typed if typed is not None else not _fit(row.get(key, {}), parts)
        if not parts or whole:
            found[key] = schema
        else:
            found.update({f"{key}.{part}": each for part, each in parts.items()})
    return found


def _numbers(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the parts of a table that holds nothing but numbers, {} for anything else."""
    named = str(schema.get("$ref", "")).rpartition("/")[2]
    parts: dict[str, dict[str, Any]] = (
        schemas()["monitor"]["$defs"][named]["properties"] if named else {}
    )
    return parts if all(_kind(each) == "decimal" for each in parts.values()) else {}


def _fit(value: Any, parts: Mapping[str, Any]) -> bool:
    """Say whether fields for the parts can hold what the file says."""
    return isinstance(value, dict) and all(
        part in parts and not isinstance(each, bool) and _DECIMAL.fullmatch(str(each))
        for part, each in value.items()
    )


def _part(row: Mapping[str, Any], key: str) -> Any:
    table_key, dot, part = key.partition(".")
    value = row.get(table_key)
    if not dot:
        return value
    return value.get(part) if isinstance(value, dict) else None


def _numbered(fault: Fault, path: str) -> str:
    """Return what is wrong, of one of several with its place."""
    place = re.match(r"\[([0-9]+)\]", fault.key[len(path) :])
    return f"Number {place[1]} {fault.message}" if place else fault.message


@cache
def _keys(table: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = schemas()["monitor"]["$defs"][_TABLES[table]]["properties"]
    return found
