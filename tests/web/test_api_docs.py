"""docs/api.md lists every address there is, with what it does."""

from __future__ import annotations

from pathlib import Path

from tests.web.conftest import Browser

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def rows(browser: Browser) -> list[str]:
    """Return the table as it should be."""
    paths = browser.get("/openapi.json").json()["paths"]
    return [
        f"| `{method.upper()} {path}` | {operation['summary']} |"
        for path, methods in sorted(paths.items())
        for method, operation in methods.items()
    ]


def test_every_address_stands_in_the_docs(browser: Browser) -> None:
    table = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert table == rows(browser)
