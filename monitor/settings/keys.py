"""Every key of the files, read off their declarations: for the docs and for new homes."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor.settings.faults import words_of
from monitor.settings.surgery import as_toml
from monitor.settings.tables import FeedsFile, MonitorFile, SearchesFile, TopicsFile

NAMED = "NAME"
"""Stands in a dotted key for the name a person chooses."""


_PLAIN: dict[Any, str] = {bool: "true or false", int: "whole number", float: "number"}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: where it stands, what it takes, and what it means.

    `path` is dotted, without a mark for lists of tables. `default` is as written in TOML, "" for a
    key that is required and for one that has no value of its own.
    """

    path: str
    type: str
    default: str
    description: str
    required: bool


def documented_keys() -> list[tuple[str, str, str, str]]:
    """Return (dotted key, type in words, default, description) for every key of config/.

    A required key has the default "required".
    """
    return [
        (key.path, key.type, "required" if key.required else key.default, key.description)
        for model in (MonitorFile, FeedsFile, TopicsFile, SearchesFile)
        for key in keys_of(model)
    ]


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[Key]:
    """Yield the keys of a table in the order declared, those of tables inside it included."""
    for name, field in model.model_fields.items():
        inner, named = _inside(field.annotation)
        path = f"{prefix}{field.alias or name}"
        if inner is None or (prefix and get_origin(field.annotation) is tuple):
            yield Key(
                path=path,
                type=_type(field),
                default=_default(field),
                description=field.description or "",
                required=field.is_required(),
            )
        if inner is not None:
            yield from keys_of(inner, f"{path}.{NAMED}." if named else f"{path}.")


def _inside(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the table a key holds, one or many, and whether they have names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for part in get_args(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part, get_origin(annotation) is dict
    return None, False


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.is_required() or value is None:
        return ""
    return as_toml(list(value) if isinstance(value, tuple) else value)


def _type(field: FieldInfo) -> str:
    name = _words(field.annotation, field.metadata)
    low = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    high = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    if low is None or high is None:
        return name
    written = words_of(field.annotation, field.metadata).written
    return f"{name}, {written(low)} to {written(high)}"


def _words(annotation: Any, metadata: Any) -> str:
    """Return a type in words: "duration", "list of text", "“send” or “skip”"."""
    marker = words_of(annotation, metadata)
    if marker.name:
        return marker.name
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(parts[0], parts[1:])
    if origin in {Union, types.UnionType}:
        return _words(parts[0], ())
    if origin is Literal:
        return " or ".join(f'"{part}"' for part in parts)
    if origin is tuple:
        return f"list of {_words(parts[0], ())}"
    if origin is dict:
        return "table of text"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "tables"
    return _PLAIN.get(annotation, "text")
