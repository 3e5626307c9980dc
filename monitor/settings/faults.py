"""From pydantic's errors to faults a person can act on: file, line, key, what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from monitor.errors import Fault
from monitor.settings.fields import Words
from monitor.settings.files import TomlFile
from monitor.settings.layout import Path
from monitor.settings.quantities import quoted

_BARE = re.compile(r"[A-Za-z0-9_-]+")
Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "missing": "is required and is not there",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table of names and values",
    "model_type": "must be a table of names and values",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}
_SECRET = frozenset(
    {
        "auth_env",
        "headers",
        "proxy",
        "url",
        "moved_from",
        "public_url",
        "page_url",
        "hub",
        "webhook",
    }
)
_SECRETS = {"password": "password_env", "api_key": "api_key_env", "secret": "secret_env"}
_ADVICE: dict[Path, str] = {
    ("fetch", "interval"): '; a single feed is fetched more often with its own every = "30m"',
}


def validated(model: type[Model], file: TomlFile, faults: list[Fault]) -> Model | None:
    """Return the file's data as a model; None with the reasons added to `faults`."""
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        faults += [fault_of(each, model, file) for each in error.errors(include_url=False)]
        return None


def fault_of(error: ErrorDetails, model: type[BaseModel], file: TomlFile) -> Fault:
    """Return one of pydantic's errors as a fault of the file."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    return Fault(file.name, file.layout.line(path), written(path), message_of(error, model))


def message_of(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Return what was expected, and what was there instead unless that may be a secret."""
    kind, path, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "model_type" and "to" in path:
        return 'must be a table that says how, like {mail = "me@example.org"}'
    if kind == "extra_forbidden":
        return _unknown(str(path[-1]), _annotation(model, path[:-1]))
    if kind == "value_error":
        return str(context["error"])
    if kind in {"greater_than_equal", "less_than_equal"}:
        least = kind[0] == "g"
        words, bound = _bound(model, path, "ge" if least else "le")
        value = error["input"]
        given = quoted(words.written(value) if words.name and not isinstance(value, str) else value)
        advice = _ADVICE.get(path, "") if least else ""
        return (
            f"must be at {'least' if least else 'most'} {words.written(bound)}, not {given}{advice}"
        )
    if kind in {"string_too_long", "too_long"}:
        what = "characters" if kind[0] == "s" else "of them"
        return f"is too long; up to {context['max_length']} {what} are taken"
    if kind == "literal_error":
        return f"must be {context['expected'].replace(chr(39), chr(34))}, not {_shown(error)}"
    expected = _EXPECTED.get(kind, f"is wrong: {error['msg']}")
    shown = _shown(error) if kind.endswith("_type") and not _SECRET & set(path) else ""
    return f"{expected}, not {shown}" if shown else expected


def written(path: Path) -> str:
    """Return a path as a person would write it: `feed[3].url`, where 3 is the third."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            key = part if _BARE.fullmatch(part) else quoted(part)
            text += f".{key}" if text else key
    return text


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to one nobody knows, "" when none is near."""
    return next(iter(get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)), "")


def did_you_mean(name: str, known: list[str]) -> str:
    """Return a hint that names the nearest known name, or some of them when none is near."""
    near = nearest(name, known)
    if near:
        return f"did you mean {near}?"
    return f"known here: {', '.join(sorted(known)[:30])}" if known else "none is known here"


def _unknown(name: str, around: Any) -> str:
    if name in _SECRETS:
        return (
            "is unknown: no secret stands in a file; put it into an environment variable and name that, "
            f"see {_SECRETS[name]}"
        )
    fields = getattr(around, "model_fields", {})
    known = [field.alias or key for key, field in fields.items()]
    return f"is unknown; {did_you_mean(name, known)}"


def _shown(error: ErrorDetails) -> str:
    value = error["input"]
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else quoted(value)


def _annotation(model: Any, path: Path) -> Any:
    """Return the type that stands at a path of a model; only tables, lists and dicts are gone into."""
    for part in path:
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = field_of(model, str(part)).annotation
        else:
            model = get_args(model)[1 if get_origin(model) is dict else 0]
    return model


def field_of(model: type[BaseModel], key: str) -> FieldInfo:
    """Return the field of a table that a key stands for, as it is written in the file."""
    aliased = (field for field in model.model_fields.values() if field.alias == key)
    return next(aliased, None) or model.model_fields[key]


def _bound(model: type[BaseModel], path: Path, name: str) -> tuple[Words, Any]:
    field = field_of(_annotation(model, path[:-1]), str(path[-1]))
    bound = next(getattr(each, name) for each in field.metadata if hasattr(each, name))
    return words_of(field.annotation, field.metadata), bound


def words_of(annotation: Any, metadata: Sequence[Any]) -> Words:
    """Return the marker that says how a type is called and its bounds are written."""
    marked = [each for each in metadata if isinstance(each, Words)]
    if get_origin(annotation) in {Union, UnionType}:
        for part in get_args(annotation):
            marked += [
                each for each in getattr(part, "__metadata__", ()) if isinstance(each, Words)
            ]
    return marked[0] if marked else Words("")
