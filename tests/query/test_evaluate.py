"""Which entries a query accepts, and the words that show it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model.topic import Span, WordList
from monitor.query import Document, evaluate, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LISTS = {
    "chips": WordList("chips", ("H20", "=ARM", "accelerat*", "graphics card", "@zh")),
    "zh": WordList("zh", ("芯片",)),
}


def accepts(query: str, text: str, title: str = "", language: str = "en") -> bool:
    document = Document(title=title, text=text, language=language)
    return evaluate(parse(query, LISTS), document, NOW) is not None


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        # words and their inflections
        ("chip", "new chips", True),
        ("chips", "a new Chip", True),
        ("AI", "training in rain", False),
        ("AI", "the AI act", True),
        ("policy", "policies", True),
        ("policy", "police", False),
        ("licensing", "licensed", True),
        # all capitals: whole word, any case, no inflection
        ("CHIPS", "the CHIPS act", True),
        ("CHIPS", "some chips", True),
        ("CHIPS", "one chip", False),
        ("GPU", "cheap GPUs", True),
        ("GPUs", "one GPU", True),
        ("IT", "its chips", False),
        ('"AI GPU"', "AI GPUs", True),
        ("H20", "two H20s", True),
        ("H20s", "an H20", True),
        ("2020", "the 2020s", False),
        # exactly this case
        ("=BIS", "the BIS said", True),
        ("=BIS", "von 9 bis 5", False),
        ("=AI", "the ai", False),
        ("=US", "the U.S. said", True),
        ("=US", "told us", False),
        ("=chip", "chips", False),
        ('="Entity List"', "on the Entity List", True),
        ('="Entity List"', "on the entity list", False),
        ('"=BIS rule"', "a BIS Rule", True),
        ('"=BIS rule"', "a bis rule", False),
        # phrases
        ('"export control"', "Export controls tighten", True),
        ('"export control"', "controls on export", False),
        ('"export control"', "export-control rules", True),
        ("export-control", "export controls", True),
        ("export-control", "control of exports", False),
        # wildcards
        ("semicond*", "semiconductors", True),
        ("policie*", "policies", True),
        ("semicond*", "semi", False),
        ('"export restrict*"', "export restrictions", True),
        ('"restrict* exports"', "restricting exports", True),
        ("GPT-4*", "GPT-4o", True),
        ("=Semi*", "Semiconductors", True),
        ("=Semi*", "semiconductors", False),
        # folding
        ("U.S.", "the US", True),
        ("us", "U.S. rule", True),
        ("C++", "in C++.", True),
        ("C++", "vitamin C", False),
        ("C", "in C++", False),
        ("Nvidia", "Nvidia’s plan", True),
        ("behorde", "Die Behörde", True),
        ("strasse", "Straße", True),
        ("ai", "ＡＩ", True),
        # letters and digits
        ("H20", "H20s and h20", True),
        ("H20", "the H-20", True),
        ("A100", "a 100 dollars", False),
        ("A100", "an A-100", True),
        ("3nm", "a 3 nm node", True),
        ("3nm", "a 3-nm node", True),
        ("3-nm", "3nm", True),
        ('"3 nm"', "3nm", True),
        ("GPT-5", "GPT5", True),
        ("GPT-5", "GPT 5", True),
        ("gpt5", "GPT-5", True),
        ("gpt5", "GPT: 5 things", False),
        ("GPT", "GPT-5", True),
        ('"GPT-5 launch"', "GPT5 launch", True),
        ('"a 100"', "A100", False),
        # Chinese, Japanese, Korean
        ("芯片", "先进芯片出口", True),
        ("芯片", "片芯", False),
        ("DeepSeek模型", "新DeepSeek模型发布", True),
        ("模型", "DeepSeek模型", True),
        ("deepseek", "用DeepSeek做", True),
        ("半導体", "日本の半導体産業", True),
        ("반도체", "한국반도체산업", True),
        # operators
        ("a b", "b a", True),
        ("a b", "a c", False),
        ("a OR b", "b", True),
        ("a -b", "a", True),
        ("a -b", "a b", False),
        ("a NOT (b OR c)", "a c", False),
        ("a NOT (b c)", "a c", True),
        ("a --b", "a b", True),
        ("a OR b c", "a", True),
        ("(a OR b) c", "a", False),
        # nearness
        ("a NEAR/2 b", "a x b", True),
        ("a NEAR/2 b", "b x a", True),
        ("a NEAR/1 b", "a x b", False),
        ("a NEAR/1 b", "b a", True),
        ("a NEAR/2 b", "a x y b", False),
        ("a NEAR a", "a", False),
        ("a NEAR a", "a x a", True),
        ('"a b" NEAR/2 c', "c x a b", True),
        ('"a b" NEAR/1 b', "a b", False),
        ("a NEAR/2 (b OR c)", "c a", True),
        ("a NEAR/2 b NEAR/2 c", "a b x c", True),
        ("a NEAR/2 b NEAR/1 c", "a b x c", False),
        ("a NEAR/1 b NEAR/1 c", "a b1 b c b a", True),
        ("a NEAR/4 b NEAR/4 c", "a c x b", True),
        ("@chips NEAR/3 banned", "banned the H20", True),
        ('"a b"~2', "b x a", True),
        ('"a b"~1', "b x a", False),
        ('"a b c"~3', "c a x b", True),
        ('"a b c"~2', "c a x b", False),
        ('"a a"~3', "a", False),
        ('"a a"~3', "a x a", True),
        ('"a a b"~3', "a b x y z a", False),
        # lists
        ("@chips", "the H20", True),
        ("@chips", "an ARM core", True),
        ("@chips", "an arm", False),
        ("@chips", "AI accelerators", True),
        ("@chips", "Graphics cards", True),
        ("@chips", "芯片", True),
        ("@chips", "potatoes", False),
        ("x -@chips", "x H20", False),
    ],
)
def test_a_query_accepts_a_text(query: str, text: str, expected: bool) -> None:
    assert accepts(query, text) is expected


@pytest.mark.parametrize(
    ("query", "language", "text"),
    [
        ("Exportkontrolle", "de", "neue Exportkontrollen"),
        ("Gesetz", "de-AT", "des Gesetzes"),
        ("Nvidia", "de", "Nvidias Chips"),
        ("chip", "de", "Chips"),
        ("puce", "fr", "les puces"),
        ("règlement", "fr", "des reglements"),
        ("exportación", "es", "las exportaciones"),
        ("chips", "zh", "新chip"),
        ("chips", "it", "il chip"),
    ],
)
def test_inflections_follow_the_language_of_the_entry(query: str, language: str, text: str) -> None:
    assert accepts(query, text, language=language)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:alpha", True),
        ("title:gamma", False),
        ("body:alpha", False),
        ("body:omega", True),
        ("lead:alpha", True),
        ("lead:gamma", True),
        ("lead:omega", False),
        ("title:(alpha beta)", True),
        ("title:(alpha OR omega)", True),
        ("title:(alpha NEAR/3 beta)", True),
        ("alpha NEAR/50 gamma", False),
        ('"beta gamma"', False),
        ("alpha omega", True),
        ("alpha -title:gamma", True),
        ("title:(alpha -beta)", False),
    ],
)
def test_fields_say_where_words_must_stand(query: str, expected: bool) -> None:
    text = "gamma " + "filler " * 59 + "omega"
    assert accepts(query, text, title="Alpha beta") is expected


def test_evidence_names_clause_words_and_characters() -> None:
    title, text = (
        "Alpha bans chips",
        "The U.S. put Beta on its Entity-List; chips, chips and chips.",
    )
    document = Document(title=title, text=text, language="en", outlet="Reuters")
    query = parse('title:ban (US OR nowhere) "entity list" chip outlet:reuters -potato')
    found = evaluate(query, document, NOW)
    assert found is not None
    assert [(one.clause, one.words, one.span and one.span.field) for one in found] == [
        ("title:ban", "bans", "title"),
        ("US", "U.S.", "text"),
        ('"entity list"', "Entity-List", "text"),
        ("chip", "chips", "title"),
        ("chip", "chips", "text"),
        ("chip", "chips", "text"),
        ("outlet:reuters", "Reuters", None),
    ]
    assert found[0].span == Span("title", 6, 10)


def test_evidence_of_near_and_lists_shows_the_words_alone() -> None:
    document = Document(title="", text="Ban hits the H20 and accelerators", language="en")
    found = evaluate(parse("ban NEAR/4 @chips", LISTS), document, NOW)
    assert found is not None
    assert [one.words for one in found] == ["Ban", "H20"]
    assert {one.clause for one in found} == {"ban NEAR/4 @chips"}
    listed = evaluate(parse("title:nothing OR body:@chips", LISTS), document, NOW)
    assert listed is not None
    assert [(one.clause, one.words) for one in listed] == [
        ("body:@chips", "H20"),
        ("body:@chips", "accelerators"),
    ]


def test_only_clauses_that_contributed_become_evidence() -> None:
    document = Document(title="", text="a b", language="en")
    found = evaluate(parse("(a c) OR b OR (a -x)"), document, NOW)
    assert found is not None
    assert [one.clause for one in found] == ["b", "a"]


def test_an_exclusion_alone_holds_without_evidence() -> None:
    assert evaluate(parse("-topic:*"), Document(title="a", text=""), NOW) == ()


def test_the_lead_is_the_title_and_sixty_words() -> None:
    text = " ".join(f"w{n}" for n in range(1, 62))
    assert accepts("lead:w60", text)
    assert not accepts("lead:w61", text)
