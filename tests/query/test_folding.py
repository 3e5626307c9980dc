"""Words are folded the same on both sides, and keep their place in the original text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query.document import FoldedText
from monitor.query.folding import cased, fold, forms, is_cjk, spans, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Chips", "chips"),
        ("export-control", "export control"),
        ("export–control", "export control"),
        ("U.S.", "us"),
        ("U.S.A.", "usa"),
        ("U.S.-China", "us china"),
        ("U.S.based", "us based"),
        ("É.U.", "eu"),
        ("J.D. Vance", "jd vance"),
        ("Nvidia's chip", "nvidia chip"),
        ("Nvidia’s chip", "nvidia chip"),
        ("NVIDIA’S", "nvidia"),
        ("the U.S.'s", "the us"),
        ("chips' price", "chips price"),
        ("don’t", "don t"),
        ("l’IA", "l ia"),
        ("O'Brien", "o brien"),
        ("C++", "c++"),
        ("C++17", "c++ 17"),
        ("C#, F#.", "c# f#"),
        ("AI+", "ai"),
        ("#AI", "ai"),
        ("H20", "h20"),
        ("3nm", "3nm"),
        ("GPT-5 and GPT-4o", "gpt 5 and gpt 4o"),
        ("$5.5bn", "5 5bn"),
        ("R&D", "r d"),
        ("snake_case", "snake case"),
        ("Behörde", "behorde"),
        ("Straße", "strasse"),
        ("İstanbul ıssız", "istanbul issiz"),
        ("œuvre Ærø Łódź", "oeuvre aero lodz"),
        ("cafe\u0301", "cafe"),
        ("Ёлка й", "елка и"),
        ("ＡＩ　ｃｈｉｐ", "ai chip"),
        ("ﬁnance", "finance"),
        ("Nvidia™", "nvidia"),
        ("word¹", "word"),
        ("CO₂", "co2"),
        ("ze\u200bro wi\u00addth", "zero width"),
        ("\u202eabc\u202c", "abc"),
        ("芯片", "芯 片"),
        ("DeepSeek模型R1", "deepseek 模 型 r1"),
        ("出口。管制", "出 口 管 制"),
        ("データ", "デ ー タ"),
        ("ﾃﾞｰﾀ", "デ ー タ"),
        ("수출 통제", "수 출 통 제"),
        ("\u1112\u1161\u11ab", "한"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("a\x00b\ud800c", "a b c"),
        ("", ""),
        (" – … “” ", ""),
        ("🚀", ""),
    ],
)
def test_a_text_folds_to_these_words(text: str, folded: str) -> None:
    assert forms(text) == folded.split()
    assert [token.form for token in tokens(text)] == folded.split()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("the U.S. said", ["the", "U.S.", "said"]),
        ("China’s chips", ["China", "chips"]),
        ("İn Straße, ﬁn", ["İn", "Straße", "ﬁn"]),
        ("cafe\u0301 x", ["cafe\u0301", "x"]),
        ("ze\u200bro", ["ze\u200bro"]),
        ("½", ["½", "½"]),
        ("用DeepSeek模型", ["用", "DeepSeek", "模", "型"]),
        ("C++/C#", ["C++", "C#"]),
    ],
)
def test_tokens_point_at_the_words_as_they_stand(text: str, pieces: list[str]) -> None:
    assert [text[token.start : token.end] for token in tokens(text)] == pieces


@pytest.mark.parametrize(
    ("piece", "kept"),
    [("U.S.", "US"), ("BIS", "BIS"), ("ＢＩＳ", "BIS"), ("Éu", "Eu"), ("c++", "c++")],
)
def test_the_case_of_a_word_can_be_kept(piece: str, kept: str) -> None:
    assert cased(piece) == kept


def test_characters_of_chinese_japanese_and_korean_are_known() -> None:
    assert all(is_cjk(c) for c in "芯々デー한\U00020000")
    assert not any(is_cjk(c) for c in ("a", "é", "芯片", ""))


odd_texts = st.text("aB s.'’-ſßİﬀ㍐㈱ｶﾞ각e\u0301\u0301\u200b\u00ad芯片1\U0001f1e6", max_size=40)


@settings(max_examples=300, deadline=None)
@given(odd_texts, st.integers(0, 12))
def test_the_first_words_have_the_places_they_have_among_all(text: str, most: int) -> None:
    folded = fold(text)
    assert spans(text, folded, most) == spans(text, folded)[:most]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["chips", "chip", "ban", "bans", "law", "act", "eu", "us", "tax", "war", "pay"]
        )
    )
)
def test_places_of_a_few_words_and_of_many_are_the_same(words: list[str]) -> None:
    text = FoldedText("text", " ".join(words), "en")
    for asked in (
        *["chip", "ban", "law", "act", "eu", "us", "tax", "war", "pay"],
        "nowhere",
        "chip",
    ):
        assert list(text.places(asked)) == [
            place for place, stem in enumerate(text.stems) if stem == asked
        ]
