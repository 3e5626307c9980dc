import pytest

from monitor.parse.language import declared_language, guessed_language


@pytest.mark.parametrize(
    ("declared", "tag"),
    [
        ("en", "en"),
        ("en-US", "en-us"),
        (" zh_CN ", "zh-cn"),
        ("de_DE.UTF-8", "de-de"),
        ("zh-Hant-TW", "zh-hant-tw"),
        ("", ""),
        ("und", ""),
        ("English", ""),
        ("utf-8", ""),
        ("en us", ""),
        ("x" * 50, ""),
    ],
)
def test_declared_languages_become_lower_case_tags(declared: str, tag: str) -> None:
    assert declared_language(declared) == tag


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("美国商务部更新芯片出口管制清单", "zh"),
        ("DeepSeek 发布新模型，性能接近 GPT", "zh"),
        ("米国防総省が新しいAI指針を公表しました", "ja"),
        ("정부가 인공지능 기본법 시행령을 공포했다", "ko"),
        ("The ministry (经济部) has published its long awaited rules on chips", ""),
        ("Правительство утвердило правила", ""),
        ("Das Gesetz tritt in Kraft", ""),
        ("", ""),
        ("123 €", ""),
    ],
)
def test_only_a_script_that_decides_is_a_guess(text: str, guess: str) -> None:
    assert guessed_language(text) == guess
