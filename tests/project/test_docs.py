"""The docs name what there is: every command, configuration key and link.

The operators and fields of the query language are held in tests/query/test_documentation.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.cli.reference import commands, reference
from monitor.settings.keys import documented_keys

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("*/README.md")])


def test_the_command_reference_is_current() -> None:
    assert (DOCS / "commands.md").read_text() == reference(), "run: make docs"


def test_every_command_has_an_example() -> None:
    page = reference()
    missing = [
        command
        for command in commands()
        if "Example" not in page.split(f"## {command}\n")[1].split("\n## ")[0]
    ]
    assert missing == []


def test_every_configuration_key_is_documented() -> None:
    page = (DOCS / "configuration.md").read_text()
    assert [key for key, *_ in documented_keys() if key.rsplit(".", 1)[-1] not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
