"""Traps of the word lists: everyday words that look like a name or a word of news and are none."""

from __future__ import annotations

import pytest

from monitor.stories.folding import fold, raw_words
from monitor.stories.terms import terms


def found(text: str, language: str) -> set[str]:
    return {each.term for each in terms(text, language)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Künst\u00adliche Intelli\u00adgenz", ["Künstliche", "Intelligenz"]),
        ("Nvi\u200bdia", ["Nvidia"]),
        ("Nvi\u200cd\u200dia\u2060 \ufeffshares", ["Nvidia", "shares"]),
        ("\u202aNvidia\u202c \u2066up\u2069", ["Nvidia", "up"]),
        ("英\u200b伟达", ["英伟达"]),
    ],
)
def test_characters_nobody_sees_cut_no_word(text: str, words: list[str]) -> None:
    assert raw_words(text) == words
    assert [fold(word) for word in text.split()] == [fold(word) for word in words]


@pytest.mark.parametrize(
    ("language", "word", "concept"),
    [
        ("en", "important", "imports"),
        ("en", "custom", "customer"),
        ("en", "optimized", "optimism"),
        ("en", "execution", "executive"),
        ("en", "hospitality", "hospital"),
        ("en", "agents", "ai-agent"),
        ("en", "adoption", "approve"),
        ("en", "governance", "government"),
        ("en", "route", "selloff"),
        ("en", "sentence", "prison"),
        ("en", "House", "housing"),
        ("en", "contains", "shipping"),
        ("en", "celebrity", "anniversary"),
        ("en", "quite", "resign"),
        ("en", "moderate", "content-moderation"),
        ("es", "genera", "women-gender"),
        ("es", "generó", "women-gender"),
        ("es", "generación", "women-gender"),
        ("es", "generativa", "women-gender"),
        ("es", "productividad", "product"),
        ("es", "aplicará", "app"),
        ("es", "plaza", "deadline"),
        ("es", "periodo", "journalist"),
        ("es", "iniciativa", "start-begin"),
        ("es", "nombre", "appoint"),
        ("es", "libre", "book"),
        ("es", "desarrollado", "developer"),
        ("fr", "objectif", "oppose"),
        ("fr", "attention", "expectations"),
        ("fr", "taxi", "tax"),
        ("fr", "tu", "kill"),
        ("fr", "violent", "sexual-assault"),
        ("de", "arbeitet", "employee"),
        ("de", "ausführlich", "exports"),
        ("de", "Fall", "fall"),
        ("de", "Tränen", "women-gender"),
        ("pt", "iniciativa", "start-begin"),
        ("pt", "produtividade", "product"),
        ("pt", "missa", "missile"),
        ("pt", "porta", "shipping"),
    ],
)
def test_a_word_of_the_same_stem_only_is_another_word(
    language: str, word: str, concept: str
) -> None:
    assert f"word:{concept}" not in found(f"Quokkia {word} quokkia", language)


@pytest.mark.parametrize(
    ("language", "word", "concept"),
    [
        ("en", "falling", "fall"),
        ("en", "dropped", "fall"),
        ("en", "slipped", "fall"),
        ("en", "rises", "rise"),
        ("en", "company's", "company"),
        ("en", "companies", "company"),
        ("en", "worries", "fear"),
        ("en", "worrying", "fear"),
        ("en", "announced", "announce"),
        ("en", "approves", "approve"),
        ("en", "adopting", "approve"),
        ("en", "customers", "customer"),
        ("en", "sentenced", "prison"),
        ("en", "AI agents", "ai-agent"),
        ("en", "house prices", "housing"),
        ("es", "anunciado", "announce"),
        ("es", "caído", "fall"),
        ("es", "desarrollado", "develop"),
        ("es", "subieron", "rise"),
        ("es", "mujeres", "women-gender"),
        ("es", "brecha de género", "women-gender"),
        ("es", "productos", "product"),
        ("es", "periodistas", "journalist"),
        ("es", "comenzó", "start-begin"),
        ("fr", "chutent", "fall"),
        ("fr", "reculent", "fall"),
        ("fr", "annoncent", "announce"),
        ("fr", "décident", "decide"),
        ("fr", "annoncé", "announce"),
        ("fr", "économiques", "economy"),
        ("fr", "entreprises", "company"),
        ("de", "gestiegene", "rise"),
        ("de", "Anlegern", "investor"),
        ("de", "veröffentlichte", "launch"),
        ("de", "Regierungen", "government"),
        ("de", "beschloss", "approve"),
        ("pt", "anunciou", "announce"),
        ("pt", "caíram", "fall"),
        ("pt", "produtos", "product"),
        ("pt", "revelou", "reveal"),
        ("pt", "comprou", "buy"),
    ],
)
def test_an_inflection_is_the_same_word(language: str, word: str, concept: str) -> None:
    assert f"word:{concept}" in found(f"Quokkia {word} quokkia", language)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("其他信息", "person:thaksin"),
        ("许多西方国家", "person:jack-dorsey"),
        ("許多西方國家", "person:jack-dorsey"),
        ("其中共有五家", "body:communist-party-china"),
        ("其中欧盟", "place:china-eu"),
        ("其中日本", "place:china-japan"),
        ("其中亚马逊", "place:central-asia"),
        ("其中东部", "place:middle-east"),
        ("完美方案", "place:united-states"),
        ("近日方案", "place:japan"),
        ("今日方便", "place:japan"),
        ("美韩正式签署", "person:han-zheng"),
        ("可灵活用工", "product:kling"),
        ("合法国家", "place:france"),
        ("内蒙古", "place:mongolia"),
        ("伊方原発", "place:iran"),
        ("三星堆", "firm:samsung"),
        ("梅西百货", "person:lionel-messi"),
        ("梅西百貨", "person:lionel-messi"),
        ("コモディティ", "person:narendra-modi"),
        ("코모디티", "person:narendra-modi"),
        ("애플리케이션", "firm:apple"),
        ("モデルナ", "word:ai-model"),
        ("一起亚洲", "firm:kia"),
        ("公里约十", "place:rio-de-janeiro"),
        ("隆重庆祝", "place:chongqing"),
        ("有关税收", "word:tariff"),
        ("清华为主", "firm:huawei"),
        ("青年报", "word:earnings"),
    ],
)
def test_a_spelling_across_two_words_is_none(text: str, wrong: str) -> None:
    assert wrong not in found(text, "zh")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("其中欧盟", "body:european-union"),
        ("其中日本", "place:japan"),
        ("其中亚马逊", "firm:amazon"),
        ("其中中国", "place:china"),
        ("扩大其中国业务", "place:china"),
        ("20家中国企业", "place:china"),
        ("从中国进口", "place:china"),
        ("当日本宣布", "place:japan"),
        ("最近日本", "place:japan"),
        ("如今日本", "place:japan"),
        ("目前台湾", "place:taiwan"),
        ("联合法国", "place:france"),
        ("对华为的", "firm:huawei"),
        ("和中国", "place:china"),
        ("モディ首相", "person:narendra-modi"),
        ("モディ・インド首相", "person:narendra-modi"),
        ("スマホアプリ", "word:app"),
        ("엔비디아가", "firm:nvidia"),
        ("애플의", "firm:apple"),
        ("미국은", "place:united-states"),
        ("엔비디아주가", "word:shares"),
        ("특히 모디는", "person:narendra-modi"),
    ],
)
def test_a_spelling_of_whole_words_is_found(text: str, right: str) -> None:
    assert right in found(text, "zh")


def test_what_an_everyday_run_is_made_of_counts_as_other_words() -> None:
    assert [each.term for each in terms("三星堆", "zh")] == ["三星", "星堆"]


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("es", "Germán canta", "place:germany"),
        ("en", "Frances sings", "place:france"),
        ("en", "Francesca Albanese speaks", "person:anthony-albanese"),
        ("en", "Alexa sings", "product:alexa"),
        ("en", "African Americans vote", "place:africa"),
        ("en", "African Americans vote", "place:united-states"),
        ("es", "Sevilla gana", "place:andalusia"),
        ("en", "Sidney sings", "place:sydney"),
        ("de", "Kakao wird teurer", "firm:kakao"),
        ("es", "el mercado libre", "firm:mercado-libre"),
        ("fr", "le chat dort", "product:le-chat"),
        ("es", "gana la liga", "product:la-liga"),
        ("en", "a nifty trick", "market:in/nifty"),
        ("de", "die linke Hand", "body:die-linke"),
        ("de", "die Generalversammlung der Quokkia", "body:un-general-assembly"),
        ("en", "David Ellison buys", "person:larry-ellison"),
        ("en", "the Boston Globe asks", "place:boston"),
    ],
)
def test_a_name_of_something_else_is_not_the_listed_one(
    language: str, text: str, wrong: str
) -> None:
    assert wrong not in found(text, language)


@pytest.mark.parametrize(
    ("language", "text", "right"),
    [
        ("en", "German firms", "place:germany"),
        ("es", "el gobierno francés", "place:france"),
        ("en", "Anthony Albanese speaks", "person:anthony-albanese"),
        ("de", "Premierminister Albanese spricht", "person:anthony-albanese"),
        ("en", "Amazon Alexa listens", "product:alexa"),
        ("en", "Americans vote", "place:united-states"),
        ("es", "Mercado Libre crece", "firm:mercado-libre"),
        ("de", "Die Linke gewinnt", "body:die-linke"),
    ],
)
def test_the_listed_name_is_still_found(language: str, text: str, right: str) -> None:
    assert right in found(text, language)


def test_a_protected_name_counts_as_other_words() -> None:
    assert [each.term for each in terms("African Americans vote", "en")][:2] == [
        "african",
        "american",
    ]
