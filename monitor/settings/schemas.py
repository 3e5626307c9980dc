"""JSON Schemas of the files, for editors that check and complete TOML.

`python -m monitor.settings.schemas FOLDER` writes them; docs/schemas holds the current ones.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from monitor.settings.tables import FeedsFile, MonitorFile, SearchesFile, TopicsFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return a JSON Schema (draft 2020-12) for "monitor", "feeds", "topics" and "searches"."""
    models: dict[str, type[BaseModel]] = {
        "monitor": MonitorFile,
        "feeds": FeedsFile,
        "topics": TopicsFile,
        "searches": SearchesFile,
    }
    return {
        name: {"$schema": DRAFT, **_plain(model.model_json_schema())}
        for name, model in models.items()
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write NAME.schema.json for each into the folder; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(schema_text(schema), encoding="utf-8")
        paths.append(path)
    return paths


def schema_text(schema: dict[str, Any]) -> str:
    """Return a schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _plain(schema: Any) -> Any:
    """Leave out what pydantic makes up: titles from names, bounds of durations, null for "not set"."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if {"type": "null"} in schema.get("anyOf", []):
        schema = {**schema, **schema["anyOf"][0]}
        del schema["anyOf"], schema["default"]
    return {
        key: {name: _plain(each) for name, each in value.items()}
        if key == "properties"
        else _plain(value)
        for key, value in schema.items()
        if key not in {"title", "ge", "le"}
    }


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
