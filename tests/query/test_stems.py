"""Inflections of one word have one stem, in the language of the text."""

from __future__ import annotations

import pytest

from monitor.query.stems import stem, stem_language, stems


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "chip chips"),
        ("en", "policy policies"),
        ("en", "ban bans banned banning"),
        ("en", "restriction restrictions restricted"),
        ("de", "exportkontrolle exportkontrollen"),
        ("de", "gesetz gesetze gesetzes gesetzen"),
        ("de", "behorde behorden"),
        ("de", "chip chips"),
        ("de", "nvidia nvidias"),
        ("de", "prozess prozesse"),
        ("fr", "puce puces"),
        ("fr", "controle controles"),
        ("fr", "bloque bloques bloquee bloquees"),
        ("fr", "europeen europeens europeenne europeennes"),
        ("es", "exportacion exportaciones"),
        ("es", "restriccion restricciones"),
        ("es", "chip chips"),
        ("es", "ley leyes"),
        ("it", "chip chips"),
        ("", "chip chips"),
        ("zh-hans", "chip chips"),
    ],
)
def test_inflections_share_a_stem(language: str, words: str) -> None:
    assert len({stem(word, language) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("en", "policy", "police"), ("en", "university", "universe"), ("en", "organ", "organization")],
)
def test_different_words_keep_different_stems(language: str, one: str, other: str) -> None:
    assert stem(one, language) != stem(other, language)


@pytest.mark.parametrize("form", ["us", "ais", "h20s", "3nms", "c++", "芯", "ёлки", "ba"])
def test_short_forms_digits_and_other_scripts_are_left_as_they_are(form: str) -> None:
    assert {stem(form, language) for language in ("en", "de", "fr", "es", "ru")} == {form}


def test_unknown_languages_are_treated_as_english() -> None:
    assert [stem_language(tag) for tag in ("", "it", "zh", "deu", "de", "de-AT", "FR_ca")] == [
        "en",
        "en",
        "en",
        "en",
        "de",
        "de",
        "fr",
    ]
    assert stems(["chips", "policies"], "") == ["chip", "polici"]
