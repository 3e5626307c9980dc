"""docs/api.md lists every address there is, with what it does, and what the bodies of changes hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.web.conftest import Browser

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def rows(browser: Browser) -> list[str]:
    """Return the table of addresses as it should be."""
    paths = browser.get("/openapi.json").json()["paths"]
    return [
        f"| `{method.upper()} {path}` | {operation['summary']} |"
        for path, methods in sorted(paths.items())
        for method, operation in methods.items()
    ]


def bodies(browser: Browser) -> list[str]:
    """Return the table of bodies as it should be: the keys of each, those that are needed in bold."""
    document = browser.get("/openapi.json").json()
    found = []
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                keys = ", ".join(_keys(schema, document["components"]["schemas"]))
                found.append(f"| {method.upper()} `{path}` | {keys} |")
    return found


def _keys(schema: dict[str, Any], known: dict[str, Any]) -> list[str]:
    if "$ref" in schema:
        return _keys(known[schema["$ref"].rpartition("/")[2]], known)
    needed = schema.get("required", [])
    return [f"**`{key}`**" if key in needed else f"`{key}`" for key in schema.get("properties", {})]


def table(begun: tuple[str, ...]) -> list[str]:
    return [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(begun)]


def test_every_address_stands_in_the_docs(browser: Browser) -> None:
    assert table(("| `",)) == rows(browser)


def test_every_body_stands_in_the_docs(browser: Browser) -> None:
    assert table(("| POST ", "| PATCH ", "| PUT ", "| DELETE ")) == bodies(browser)
