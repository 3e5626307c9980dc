"""Quotations: whole sentences with a certain speaker, cut out of the stored text. All of it is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.composing import compose
from monitor.digests.quotes import quotes, spoken_by
from monitor.model.edition import Gathered
from monitor.model.topic import Evidence, Span, StoredMatch
from tests.digests.builders import DUE, a_coverage, a_digest, a_topic, an_entry

EN = "We will not hand out licences to anyone who hides the buyer"
DE = "Wir werden keine Lizenzen an Leute vergeben, die ihre Käufer verstecken"
FR = "Nous ne donnerons pas de licences à ceux qui cachent leurs acheteurs"
ES = "No daremos licencias a quienes esconden a sus compradores en otros países"
ZH = "我们不会向隐瞒买家身份的企业发放任何出口许可证"

FOUND: list[tuple[str, str, str, str]] = [
    # English, the name behind
    ("en", f"“{EN},” said Ada Northwood.", EN, "Ada Northwood"),
    ("en", f"“{EN}”, said Ada Northwood.", EN, "Ada Northwood"),
    ("en", f'"{EN}," said Ada Northwood, the minister.', EN, "Ada Northwood"),
    ("en", f"“{EN},” said Commerce Secretary Ada Northwood on Monday.", EN, "Ada Northwood"),
    ("en", f"“{EN},” says chief executive Ada Northwood.", EN, "Ada Northwood"),
    ("en", f"“{EN},” said Dr. Ada B. Northwood.", EN, "Ada B. Northwood"),
    ("en", f"“{EN},” Ada Northwood said.", EN, "Ada Northwood"),
    ("en", f"“{EN},” Ada Northwood told Harbour Post.", EN, "Ada Northwood"),
    ("en", f"“{EN},” Ada Northwood said in a statement on Friday.", EN, "Ada Northwood"),
    ("en", f"“{EN},” Ada Northwood, the new minister, said.", EN, "Ada Northwood"),
    ("en", f"“{EN}?” Ada Northwood asked. ", "", ""),
    ("en", f"“{EN}!” wrote Jean-Luc O'Example.", EN + "!", "Jean-Luc O'Example"),
    ("en", f"“{EN},” according to Ada Northwood.", EN, "Ada Northwood"),
    ("en", f"“{EN},” said Anna van der Muster.", EN, "Anna van der Muster"),
    ("en", f"‘{EN},’ said Ada Northwood.", EN, "Ada Northwood"),
    ("en", "‘We don’t give licences, it’s as simple as that to us,’ said Ada Northwood.",
     "We don’t give licences, it’s as simple as that to us", "Ada Northwood"),
    ("en", f"“{EN},” the Harbour Authority said.", EN, "Harbour Authority"),
    ("en", f"“{EN},” Nvidia said in a statement.", EN, "Nvidia"),
    ("en", f"“{EN},” Jensen Huang told reporters.", EN, "Jensen Huang"),
    # English, the name before
    ("en", f"Ada Northwood said: “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"Ada Northwood said, “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"Ada Northwood said “{EN}”.", EN, "Ada Northwood"),
    ("en", f"But Ada Northwood told reporters on Monday: “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"The talks failed. Senator Ada Northwood said in a letter: “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"Asked by a reader, Ada Northwood wrote: “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"Ada Northwood, the minister, said: “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"According to Ada Northwood, “{EN}.”", EN + ".", "Ada Northwood"),
    ("en", f"Ada Northwood has warned: “{EN}.”", EN + ".", "Ada Northwood"),
    # A surname, given in full elsewhere
    ("en", f"Ada Northwood spoke first. “{EN},” Northwood said.", EN, "Ada Northwood"),
    ("en", f"Minister Ada Northwood spoke first. “{EN},” Northwood said.", EN, "Ada Northwood"),
    # Nested marks are inside, a quotation goes on behind its speaker
    ("en", "“The rule says ‘no licence’ and that is what it means to us,” said Ada Northwood.",
     "The rule says ‘no licence’ and that is what it means to us", "Ada Northwood"),
    ("en", f"“Yes,” said Bob Kell. “{EN},” said Ada Northwood.", EN, "Ada Northwood"),
    # German
    ("de", f"„{DE}“, sagte Karla Muster.", DE, "Karla Muster"),
    ("de", f"„{DE}“, sagte Wirtschaftsminister Karl Muster am Montag.", DE, "Karl Muster"),
    ("de", f"»{DE}«, erklärte die Abgeordnete Karla Muster.", DE, "Karla Muster"),
    ("de", f"Karla Muster sagte: „{DE}.“", DE + ".", "Karla Muster"),
    ("de", f"„{DE}“, so Karla Muster.", DE, "Karla Muster"),
    ("de", f'"{DE}", sagte Karla von Muster.', DE, "Karla von Muster"),
    ("de", f"„{DE}“, schrieb Regierungssprecherin Karla Muster.", DE, "Karla Muster"),
    # French
    ("fr", f"« {FR} », a déclaré Jeanne Exemple.", FR, "Jeanne Exemple"),
    ("fr", f"«\u00a0{FR}\u00a0», explique le ministre Jean Exemple.", FR, "Jean Exemple"),
    ("fr", f"Jeanne Exemple a affirmé : « {FR}. »", FR + ".", "Jeanne Exemple"),
    ("fr", f"« {FR} », selon Jeanne Exemple.", FR, "Jeanne Exemple"),
    ("fr", f"“{FR}”, a dit la présidente Jeanne de l’Exemple.", FR, "Jeanne de l’Exemple"),
    ("fr", f"« {FR} », a dit Jeanne d’Exemple.", FR, "Jeanne d’Exemple"),
    # Spanish
    ("es", f"«{ES}», dijo Juana Ejemplo.", ES, "Juana Ejemplo"),
    ("es", f"“{ES}”, afirmó la ministra Juana Ejemplo.", ES, "Juana Ejemplo"),
    ("es", f"Juana Ejemplo declaró: “{ES}”.", ES, "Juana Ejemplo"),
    ("es", f"«{ES}», según Juan del Ejemplo.", ES, "Juan del Ejemplo"),
    ("es", "“¿Por qué vamos a dar licencias a quienes esconden a sus compradores?”, señaló Juana Ejemplo.",
     "¿Por qué vamos a dar licencias a quienes esconden a sus compradores?", "Juana Ejemplo"),
    # Chinese
    ("zh", f"王小明表示：“{ZH}。”", ZH + "。", "王小明"),
    ("zh", f"商务部发言人李大山在例行记者会上说：“{ZH}。”", ZH + "。", "李大山"),
    ("zh", f"「{ZH}」，公司創始人王小明指出。", ZH, "王小明"),
    ("zh", f"艾达·诺斯伍德周二强调：“{ZH}。”", ZH + "。", "艾达·诺斯伍德"),
    ("zh", f"黄仁勋表示，“{ZH}。”", ZH + "。", "黄仁勋"),
    ("zh", f'陈小红写道："{ZH}。"', ZH + "。", "陈小红"),
]  # fmt: skip

LOST: list[tuple[str, str]] = [
    # Nobody by name
    ("en", f"“{EN},” she said."),
    ("en", f"“{EN},” said the minister."),
    ("en", f"“{EN},” said a spokesman for Ada Northwood."),
    ("en", f"“{EN},” officials said."),
    ("en", f"“{EN},” said Tuesday."),
    ("en", f"“{EN}.”"),
    ("en", f"“{EN},” Northwood said."),
    ("en", f"“{EN},” the Commerce Secretary said."),
    # Somebody else, or not surely so
    ("en", f"A critic of Ada Northwood said: “{EN}.”"),
    ("en", f"A lawyer for Ada Northwood said: “{EN}.”"),
    ("en", f"Bob Kell and Ada Northwood said: “{EN}.”"),
    ("en", f"“{EN},” said Ada Northwood and Bob Kell."),
    ("en", f"Ada Northwood never said: “{EN}.”"),
    ("en", f"Ada Northwood did not say: “{EN}.”"),
    ("en", f"Ada Northwood allegedly said: “{EN}.”"),
    ("en", f"“{EN},” Ada Northwood said, according to two people in the room."),
    ("en", f"A fake video in which Ada Northwood said: “{EN}.”"),
    ("en", f"“{EN}.” Ada Northwood said the talks would go on."),
    ("en", f"“{EN}?” Ada Northwood said she did not know."),
    ("en", f"Ada Northwood said. “{EN}.”"),
    ("en", f"Bob Kell said: “{EN},” said Ada Northwood."),
    ("en", f"“{EN},” Reuters said."),
    ("en", f"“{EN},” Beijing said."),
    ("en", f"Ada Northwood said the report found, “{EN}.”"),
    ("en", f"Ada Northwood said in reply to Bob Kell's letter, “{EN}.”"),
    ("en", f"Ada Northwood said in a memo that read: “{EN}.”"),
    ("en", f"“{EN},” said Ada Northwood’s lawyer."),
    ("en", f"“{EN},” Ada Northwood's lawyer said."),
    ("en", f"Ada Northwood said that Bob Kell wrote: “{EN}.”"),
    ("en", f"Ada Northwood met Bob Kell. “{EN}.”"),
    ("en", f"Winners Vietnam lead. “{EN},” said Vietnam goalkeeper Ada Northwood."),
    ("en", f"Interior Minister Lee came. “{EN},” Lee said."),
    ("en", f"Ada Lee and Bob Lee came. “{EN},” Lee said."),
    ("en", f"“{EN},” said Ada North\u00adwood."),
    ("en", f"“{EN} [...] or the like,” said Ada Northwood."),
    ("zh", f"李先生表示：“{ZH}。”"),
    ("en", f"If Ada Northwood said: “{EN}.”"),
    ("en", f"Had Ada Northwood said, “{EN}.”"),
    ("en", f"Because Ada Northwood said: “{EN}.”"),
    ("en", f"Why Ada Northwood said: “{EN}.”"),
    ("en", f"Bob Kell, quoting Ada Northwood, said: “{EN}.”"),
    ("en", f"“{EN},” Bob Kell, quoting Ada Northwood, said."),
    ("en", f"In a parody, Ada Northwood said: “{EN}.”"),
    ("en", f"“{EN},” says Ada Northwood in the film."),
    ("en", f"“{EN},” wrote Ada Northwood in a novel."),
    ("de", f"Wenn Karla Muster sagt: „{DE}.“"),
    ("fr", f"« {FR} », a déclaré l’avocat d’Ada Exemple."),
    ("fr", f"« {FR} », explique la porte-parole d'Ada Exemple."),
    ("fr", f"Si Jeanne Exemple a déclaré : « {FR}. »"),
    # No speech: pieces, scare quotes, titles, slogans, too short, too long
    ("en", "Ada Northwood said the “so-called chip ban” would stay."),
    ("en", f"Ada Northwood said the rule “{EN[0].lower()}{EN[1:]}”."),
    ("en", "“No licences,” said Ada Northwood."),
    ("en", f"“{' '.join([EN] * 6)},” said Ada Northwood."),
    ("en", "Ada Northwood wrote “The Long Road To Chips And Power: A History Of Export Rules”."),
    ("en", "“SHOW ME THE BUYER OF THE CHIPS OR LEAVE NOW,” said Ada Northwood."),
    ("en", f"“{EN} https://example.org/more,” said Ada Northwood."),
    # Marks that are no pair
    ("en", f'A 15" board. "{EN}," said Ada Northwood.'),
    ("en", f"“{EN}, said Ada Northwood."),
    ("en", f"“{EN[:30]}\n{EN[30:]},” said Ada Northwood."),
    ("en", f"'{EN},' said Ada Northwood."),
    ("de", f"„{DE}“, sagte der Minister."),
    ("de", f"„{DE}“, sagte er."),
    ("de", f"„{DE}“, hieß es."),
    ("de", f"Ein Anwalt von Karla Muster sagte: „{DE}.“"),
    ("fr", f"« {FR} », a-t-elle déclaré."),
    ("fr", f"« {FR} », a déclaré la ministre de l’Économie Jeanne Exemple."),
    ("fr", f"Jeanne Exemple n’a jamais déclaré : « {FR}. »"),
    ("es", f"«{ES}», dijo."),
    ("es", f"«{ES}», dijo el portavoz de Juana Ejemplo."),
    ("zh", f"据报道：“{ZH}。”"),
    ("zh", f"王小明没有说：“{ZH}。”"),
    ("zh", f"有人表示：“{ZH}。”"),
    ("zh", "王小明表示：“不会。”"),
    ("zh", f"王小明的律师表示：“{ZH}。”"),
]


@pytest.mark.parametrize(("language", "text", "quoted", "speaker"), FOUND)
def test_what_is_said_is_found_with_who_says_it(
    language: str, text: str, quoted: str, speaker: str
) -> None:
    found = [(text[start:end], name) for start, end, name in spoken_by(text, language)]
    assert found == ([(quoted, speaker)] if quoted else [])


@pytest.mark.parametrize(("language", "text"), LOST)
def test_what_is_no_certain_speech_is_left_out(language: str, text: str) -> None:
    assert list(spoken_by(text, language)) == []


def test_quotes_come_one_a_story_and_one_a_speaker_in_the_order_of_importance() -> None:
    said = f"“{EN},” said Ada Northwood."
    other = f"Bob Kell said: “{EN} of them.”"
    found = quotes(
        [
            an_entry(1, text="Nothing is said here.", story=1),
            an_entry(2, text=said, story=1, outlet="Harbour Post"),
            an_entry(3, text=other, story=1),
            an_entry(4, text=said, story=2),
            an_entry(5, text=f"{said}\n{other}", story=3),
            an_entry(6, title=f"“{EN} now,” says Cy Third", story=4),
        ],
        9,
    )
    assert [(each.entry, each.story, each.speaker) for each in found] == [
        (2, 1, "Ada Northwood"),
        (5, 3, "Bob Kell"),
        (6, 4, "Cy Third"),
    ]
    assert (found[0].text, found[0].outlet, found[0].language) == (EN, "Harbour Post", "en")
    assert found[0].url == "https://ledger.example/2"


@pytest.mark.parametrize(("limit", "count"), [(-1, 0), (0, 0), (1, 1), (2, 2), (5, 3)])
def test_no_more_quotes_than_asked_for(limit: int, count: int) -> None:
    names = ("Ada Northwood", "Bob Kell", "Cy Third")
    entries = [
        an_entry(number, text=f"“{EN},” said {name}.") for number, name in enumerate(names, 1)
    ]
    assert len(quotes(entries, limit)) == count


def test_of_a_story_the_words_that_matched_are_quoted_first() -> None:
    text = (
        f"“{EN},” said Ada Northwood. “We are all very glad about the wafers today,” said Bob Kell."
    )
    at = text.index("wafers")
    evidence = Evidence("wafer*", "wafers", Span("text", at, at + 6))
    matched = an_entry(2, text=text, story=1, matches=[StoredMatch("chips", 1, 1, (evidence,))])
    plain = an_entry(1, text=f"“{EN},” said Cy Third.", story=1)
    (found,) = quotes([plain, matched], 3)
    assert (found.entry, found.speaker) == (2, "Bob Kell")


PIECES = [
    *'“”„«»‘’「」『』"\',.!?:—\n ', "Ada Northwood", "Northwood", " said ", " told ", "according to ", "said: ", EN,
    DE, FR, "a déclaré ", "selon ", "dijo ", "sagte ", ZH, "王小明", "表示：", "说", "the minister", "\u00a0", "Dr. ", "\ud800",
    "of ", "and ", "İ", "ß",
]  # fmt: skip


@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=40),
    language=st.sampled_from(["en", "de", "fr", "es", "zh", "", "tlh"]),
)
def test_whatever_is_written_a_quote_is_a_span_of_the_stored_text(
    pieces: list[str], language: str
) -> None:
    text = "".join(pieces)
    for start, end, speaker in spoken_by(text, language):
        assert 0 < start < end < len(text)
        assert speaker in text
    entry = an_entry(1, title=text, text=text[::-1] + text, language=language)
    for quote in quotes([entry, entry], 3):
        assert quote.text in entry.title or quote.text in entry.text
        assert quote.speaker in f"{entry.title}\n{entry.text}"


@given(text=st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(quotes([an_entry(1, title=text, text=text)], 2), tuple)


@pytest.mark.parametrize(
    "piece",
    [
        '"', "“", "”", "„“", "‘’", "«", "“”", '“"', "“‘", ' "a', f"“{EN}” ", f'"{EN}" ', f"“{EN},” said ", f"“{EN},” said Northwood. ",
        f"“{EN},” said Ada Northwood. ", f"王小明表示：“{ZH}。”", "Ada Northwood, ", "Ada. ", "said “", "a “b c d e f g h” ",
    ],
)  # fmt: skip
def test_long_texts_of_marks_end_soon(piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    entries = [an_entry(number, title=text, text=text, story=number) for number in (1, 2)]
    assert len(quotes(entries, 5)) <= 2
    assert len(list(spoken_by(text, "en"))) <= 30


def test_an_edition_quotes_the_entries_of_its_cards() -> None:
    said = f"“{EN},” said Ada Northwood."
    entries = [
        an_entry(1, text=f"Bob Kell said: “{EN}.”"),
        an_entry(2, text=said, topics=("chips", "laws"), url=f"https://ledger.example/{'x' * 900}"),
    ]
    topics = (a_topic("chips"), a_topic("laws"))
    gathered = Gathered(entries=tuple(entries), coverage=a_coverage())
    edition = compose(a_digest(), DUE, topics, gathered)
    assert {each.speaker for each in edition.quotes} == {"Ada Northwood", "Bob Kell"}
    assert [each.url for each in edition.quotes if each.entry == 2] == [""]
    one = compose(a_digest(quotes=1), DUE, topics, gathered)
    assert len(one.quotes) == 1
    assert compose(a_digest(quotes=0), DUE, topics, gathered).quotes == ()
