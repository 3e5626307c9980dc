"""docs/stories.md shows the weights and bounds that decide."""

from __future__ import annotations

import re

from monitor.stories.grouping import LIKE_FOUNDER, LIKE_VOICES
from monitor.stories.weighing import WEIGHTS
from tests.project.tree import ROOT

PAGE = (ROOT / "docs" / "stories.md").read_text("utf-8")


def test_the_page_lists_each_measure_with_its_weight() -> None:
    rows = re.findall(r"^\| ([+-][\d.]+) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert {name: float(weight) for weight, name in rows} == WEIGHTS


def test_the_page_names_the_bounds() -> None:
    shown = PAGE.replace("−", "-")
    assert f"above {LIKE_VOICES} with its voices" in shown
    assert f"above {LIKE_FOUNDER} with the first" in shown
