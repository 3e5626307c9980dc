"""Chinese, Japanese and Korean: as written, also inside longer runs and mixed with Latin."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.query import Document, candidates, evaluate, index_text, parse
from tests.query.test_properties import Index

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("芯片", "先进芯片出口管制", True),
        ("出口管制", "美国的出口管制措施", True),
        ("出口管制", "出口的管制", False),
        ("芯片", "片芯", False),
        ("芯", "先进芯片", True),  # one character is found too, with a warning
        ("半導體", "半导体", False),  # traditional and simplified are different characters
        ("半導體", "半導體產業", True),
        ("出口管制", "出口\n管制", True),  # a line that was broken
        ("DeepSeek模型", "新DeepSeek模型发布", True),
        ("deepseek模型", "新的ＤｅｅｐＳｅｅｋ模型", True),
        ("DeepSeek", "用DeepSeek做", True),
        ("DeepSeek模型", "模型DeepSeek", False),
        ("AI芯片", "中国AI芯片企业", True),
        ("AI芯片", "人工智能芯片", False),
        ("H20芯片", "英伟达Ｈ２０芯片", True),
        ("H20", "英伟达H20芯片", True),
        ("5G", "5G网络", True),
        ("=AI", "ai芯片", False),
        ("=AI芯片", "AI芯片", True),
        ("データ", "ビッグデータ規制", True),
        ("データ", "ﾋﾞｯｸﾞﾃﾞｰﾀ規制", True),  # half-width kana
        ("ﾃﾞｰﾀ", "データ", True),
        ("データ", "でーた", False),  # hiragana and katakana are different characters
        ("人々", "人々の権利", True),
        ("生成AI", "生成ＡＩの規制", True),
        ("반도체", "반도체를 수출", True),  # with its particle
        ("수출통제", "수출 통제", True),
        ("수출 통제", "통제된 수출", True),
        ('"수출 통제"', "통제된 수출", False),
        ("반도체", "\u1107\u1161\u11ab\u1103\u1169\u110e\u1166 수출", True),  # in single letters
        ("출통", "수출통제", True),
        ("芯片 NEAR/3 管制", "芯片的出口管制", False),
        ("芯片 NEAR/4 管制", "芯片的出口管制", True),  # characters count
        ('"芯片 管制"~9', "管制先进芯片", True),  # each character is a word, in any order
        ("（芯片 OR 半导体）　管制", "半导体管制", True),
        ("title：芯片", "芯片", False),
        ("芯片*", "芯片组", True),
        ("芯片 -土豆", "芯片", True),
        ("芯片 -土豆", "土豆芯片", False),
    ],
)
def test_what_is_written_is_found_wherever_it_stands(query: str, text: str, expected: bool) -> None:
    parsed = parse(query)
    index = Index()
    for language in ("", "zh", "ja", "ko", "en"):
        document = Document(title="", text=text, language=language)
        held = evaluate(parsed, document, NOW) is not None
        assert held is expected
        index.fill([document])
        assert not held or index.proposed(parsed, 1) == {0}
    index.db.close()


def test_one_character_is_told_to_say_little() -> None:
    assert any("single character" in one for one in parse("芯 OR 出口管制").warnings)
    assert parse("芯片 OR 반도체 OR データ").warnings == ()


def test_the_index_holds_characters_one_by_one() -> None:
    assert index_text("AI芯片", "", "zh").title == "ai 芯 片"
    assert (candidates(parse("芯片"), NOW).fts) == '{title text} : "芯 片"'
