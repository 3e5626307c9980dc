"""Whom a headline names."""

from __future__ import annotations

import pytest

from monitor.stories.headline_names import headline_names


@pytest.mark.parametrize(
    ("title", "language", "names"),
    [
        (
            "Nvidia sues Quokkia over stolen plans",
            "en",
            {"firm:nvidia": "Nvidia", "quokkia": "Quokkia"},
        ),
        (
            "Regulators question Google Zephyrus rollout",
            "en",
            {"firm:google": "Google", "zephyrus": "Zephyrus"},
        ),
        (
            "Regulators question Quokkia Google Zephyrus’s rollout",
            "en",
            {"firm:google": "Google", "quokkia": "Quokkia", "zephyrus": "Zephyrus"},
        ),
        ("The firm of Jean-Luc Marais closes", "en", {"jean luc marais": "Jean-Luc Marais"}),
        (
            "Backing by Google-Quokkia Marais ends",
            "en",
            {"firm:google": "Google", "marais": "Marais"},
        ),
        ("英伟达起诉", "zh", {"firm:nvidia": "英伟达"}),
        ("China and Reuters talk", "en", {}),
        ("nothing named here", "en", {}),
    ],
)
def test_listed_names_stand_for_one_thing_and_others_for_themselves(
    title: str, language: str, names: dict[str, str]
) -> None:
    assert headline_names(title, language) == names
