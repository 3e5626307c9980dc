"""What every file of the project keeps to: size, name, docstring; no machine, no package index."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.project.tree import PYTHON, ROOT, parsed, project_files

MOST_LINES = 400
VAGUE = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}

# The folder of one account, or a scratch folder by name: `~/x` and "/tmp" alone are anybody's, and
# Ann is nobody.
MACHINE = re.compile(
    r"(?<![\w.$~}])/(?:home|Users)/(?!USER\b|user\b|you\b|me\b|ann\b|NAME\b|monitor\b)\w{2,}"
    r"|(?<![\w.$~}/])/root(?:[/]\w+|\b)|(?<![\w.$~}])/tmp[/]\w+|(?<![\w.$~}/])/work[/]\w+"
)
INDEX = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|(?m:^\s*-[if]\s)")
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))


def shown(path: Path) -> str:
    """Name a test's file."""
    return str(path.relative_to(ROOT))


def test_a_python_file_is_short_named_for_its_part_and_says_what_it_is_for() -> None:
    wrong = []
    for path in PYTHON:
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > MOST_LINES:
            wrong.append(f"{shown(path)}: {lines} lines; split it where the subject changes")
        if path.stem in VAGUE:
            wrong.append(f"{shown(path)}: say in its name what it is for")
        if path.relative_to(ROOT).parts[0] != "tests" and not ast.get_docstring(parsed(path)):
            wrong.append(f"{shown(path)}: it has no docstring")
    assert not wrong, "\n".join(wrong)


def test_no_file_names_a_place_on_one_machine() -> None:
    found = []
    for path in project_files():
        # This file has the patterns; a picture has no words.
        if path == Path(__file__) or path.suffix in {".png", ".jpg", ".ico", ".gz", ".woff2"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), 1):
            if named := MACHINE.search(line):
                found.append(f"{shown(path)}:{number}: {named.group()}")
    assert found == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("see /home/anna/notes", True),
        ("see /home/ann/notes", False),
        ("cd /root", True),
        ("wrote /tmp/out.json", True),
        ("in ~/ai-policy", False),
        ("https://example.org/home/page", False),
        ("/srv/home/page", False),
        ("below /tmp", False),
        ("$XDG/tmp/x", False),
        ("/home/monitor/.config", False),
        ("the element /rss/channel/root", False),
    ],
)
def test_places_on_a_machine_are_told_from_addresses(line: str, named: bool) -> None:
    assert bool(MACHINE.search(line)) is named


def test_there_are_requirements_for_running_and_for_working_on_it() -> None:
    assert [path.name for path in REQUIREMENTS] == ["requirements-dev.txt", "requirements.txt"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=shown)
def test_every_requirement_is_pinned_with_hashes_and_no_index_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not INDEX.search(text)
    uncommented = re.sub(r"(?m)^\s*#.*$", "", text).replace("\\\n", " ")
    requirements = [line.strip() for line in uncommented.split("\n") if line.strip()]
    assert len(requirements) > 10
    for requirement in requirements:
        assert re.match(r"[\w.\[\],-]+==\S+", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", requirement), requirement.split()[0]
