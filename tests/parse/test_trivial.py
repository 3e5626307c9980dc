"""What is an edit of an entry, and what changes by itself or says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import ParsedEntry
from monitor.parse.identity import content_hash
from monitor.parse.trivial import counterless, edited

TRIVIAL = [
    ("white space", "Rule  on\nchips ", "Rule on chips"),
    ("a space that does not break", "Rule on\u00a0chips", "Rule on chips"),
    ("an invisible character", "Rule on chi\u00adps\u200b", "Rule on chips"),
    ("letter case", "CHIP RULE PASSED", "Chip rule passed"),
    ("typographic quotes", "The “safe” model’s makers", 'The "safe" model\'s makers'),
    ("one quote or two", "The 'safe' model", 'The "safe" model'),
    ("French quotes", "Les « puces » interdites", "Les “puces” interdites"),
    ("German quotes", "Die »Chips« kommen", "Die „Chips“ kommen"),
    ("Chinese quotes", "「芯片」出口", "“芯片”出口"),
    ("a dash", "Chips — the new rule", "Chips - the new rule"),
    ("a dash without spaces", "Chips—the new rule", "Chips – the new rule"),
    ("a range", "10–12 firms", "10-12 firms"),
    ("an ellipsis", "And then…", "And then..."),
    ("a cut that is marked otherwise", "And then […]", "And then…"),
    ("a full stop at the end", "The rule is out.", "The rule is out"),
    ("a French space", "Interdit : les puces à 5 %", "Interdit: les puces à 5%"),
    ("entities", "AT&amp;T&#8217;s rule", "AT&T's rule"),
    ("entities twice", "AT&amp;amp;T", "AT&T"),
    ("composed accents", "Universite\u0301", "Université"),
    ("full-width forms", "ＡＩ规则，第５条", "AI规则,第5条"),
    ("spaces around Chinese", "出口 AI 芯片", "出口AI芯片"),
    ("counters at the end", "Long text. 12 comments", "Long text. 15 comments"),
    ("counters that appear", "Long text.", "Long text. 1 comment"),
    ("no comments yet", "Long text. No comments yet", "Long text. 3 comments"),
    ("counters in brackets", "Long text (12 comments)", "Long text (3 comments)"),
    ("counters between bars", "Rule | 3 min read | 1.2k views", "Rule | 4 min read | 3k views"),
    ("labelled counters", "Points: 45 # Comments: 3", "Points: 51 # Comments: 11"),
    (
        "labelled counters behind text",
        "Comments URL: https://a.example/1 Points: 45 # Comments: 3",
        "Comments URL: https://a.example/1 Points: 51 # Comments: 4",
    ),
    ("votes beside another", "Text | 12 votes · 3 comments", "Text | 15 votes · 4 comments"),
    ("votes behind another", "Text | 3 comments · 12 votes", "Text | 4 comments · 15 votes"),
    ("votes in one piece with another", "Text (3 likes, 12 points)", "Text (4 likes, 9 points)"),
    ("brackets beside another", "Text (12 votes) (3 likes)", "Text (15 votes) (4 likes)"),
    (
        "a score with others",
        "Text. Score: 3 Views: 9 | 5 votes",
        "Text. Score: 4 Views: 8 | 6 votes",
    ),
    ("upvotes", "Text (12 upvotes)", "Text (15 upvotes)"),
    ("reading time", "3 min read · The rule", "5 minute read · The rule"),
    ("German reading time", "Die Regel. Lesezeit: 3 Minuten", "Die Regel. Lesezeit: 4 Minuten"),
    ("German counters", "Die Regel. 3 Kommentare", "Die Regel. 8 Kommentare"),
    ("Chinese counters", "新规出台。阅读 1203", "新规出台。阅读 9304"),
    ("Chinese counters behind", "新规出台。12条评论", "新规出台。31条评论"),
    ("an age", "Posted 3 hours ago", "Posted 2 days ago"),
    ("an age between bars", "Rule | 3 hours ago", "Rule | 2 days ago"),
    ("a German age", "Die Regel. Vor 3 Stunden", "Die Regel. Vor 2 Tagen"),
    ("a French age", "La règle. Il y a 3 heures", "La règle. Il y a 2 jours"),
    ("a Chinese age", "新规出台。3小时前", "新规出台。2天前"),
    ("a stamp", "Text. Last updated: 2026-11-23 10:22", "Text. Last updated: 2026-11-24 08:00"),
    ("a stamp in words", "Updated 23 Nov 2026 | Text", "Updated 24 Nov 2026 | Text"),
    (
        "a stamp with a month first",
        "Published on Nov. 3, 2026. Text",
        "Published on Nov. 4, 2026. Text",
    ),
    (
        "tracking",
        "See https://a.example/x?utm_source=a1 there",
        "See https://a.example/x?utm_source=b2 there",
    ),
    ("other tracking", "https://a.example/x?id=4&fbclid=z", "https://a.example/x?id=4&msclkid=y"),
    (
        "tracking that goes",
        "See https://a.example/x?utm_medium=b now",
        "See https://a.example/x now",
    ),
    ("the scheme", "See http://a.example/x", "See https://www.a.example/x/"),
]

REAL = [
    ("a negation", "The rule applies", "The rule does not apply"),
    ("a contraction", "It does apply", "It doesn't apply"),
    ("a number", "10 firms", "12 firms"),
    ("a decimal", "1.5 billion", "15 billion"),
    ("a thousand", "1,000 chips", "10,000 chips"),
    ("a sign", "minus -5 percent", "minus 5 percent"),
    ("a year", "in 2026", "in 2027"),
    ("a date", "By 23 Nov 2026", "By 24 Nov 2026"),
    ("a date after a verb", "Rules published 23 Nov 2026", "Rules published 24 Nov 2026"),
    ("a name", "Nvidia pays", "AMD pays"),
    ("a letter", "Marsh resigns", "Marsch resigns"),
    ("an accent", "Er musste", "Er müsste"),
    ("sharp s", "In Maßen", "In Massen"),
    ("a question", "Chips banned?", "Chips banned"),
    ("a comma", "No, more chips", "No more chips"),
    ("a quote that goes", "The “safe” model", "The safe model"),
    ("a percent sign", "Up 5%", "Up 5"),
    ("a unit", "5 million", "5 billion"),
    ("a currency", "$5 billion", "€5 billion"),
    ("a Chinese negation", "允许出口", "不允许出口"),
    ("a Chinese number", "12家企业", "13家企业"),
    ("votes", "Bill passed with 12 votes", "Bill passed with 21 votes"),
    ("votes at the end", "The bill passed with 12 votes.", "The bill passed with 21 votes."),
    ("comments that are the news", "BIS received 900 comments", "BIS received 1900 comments"),
    ("shares", "Fund buys 100 shares of it", "Fund buys 1000 shares of it"),
    ("points", "Index falls 12 points on news", "Index falls 90 points on news"),
    ("an age that is the news", "It began 2 weeks ago in Lisbon", "It began 3 weeks ago in Lisbon"),
    ("views in Chinese", "视频有1203次观看后被删除", "视频有9999次观看后被删除"),
    ("votes in brackets", "The Senate passes it (51 votes)", "The Senate passes it (49 votes)"),
    ("votes with a label", "The House passes it, votes: 217", "The House passes it, votes: 271"),
    ("a score", "Final score: 3", "Final score: 7"),
    ("points behind a bar", "The bank cuts rates | 50 points", "The bank cuts rates | 25 points"),
    (
        "votes between full stops",
        "It passed. 51 votes. 3 comments",
        "It passed. 49 votes. 3 comments",
    ),
    ("votes before a counter elsewhere", "51 votes (why) 3 likes", "49 votes (why) 3 likes"),
    ("votes and points", "51 votes | 3 points", "49 votes | 3 points"),
    ("an address", "See https://a.example/x?id=4", "See https://a.example/x?id=5"),
    ("a square", "10² chips", "102 chips"),
    ("a model", "GPT-5", "GPT-6"),
    ("order", "Lisbon sues Porto", "Porto sues Lisbon"),
    ("a full stop within", "Version 1.2 is out", "Version 12 is out"),
    ("a sentence more", "The rule is out.", "The rule is out. It applies."),
    ("words that go", "The rule is out today", ""),
]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in TRIVIAL], ids=lambda _: "")
def test_a_trivial_change_is_no_edit(before: str, after: str) -> None:
    assert not edited(before, after)
    assert not edited(after, before)


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in REAL], ids=lambda _: "")
def test_a_real_change_is_an_edit(before: str, after: str) -> None:
    assert edited(before, after)
    assert edited(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("House passes AI bill, votes: 217", "House passes AI bill, votes: 271"),
        ("Senate passes AI Act (51 votes)", "Senate passes AI Act (49 votes)"),
        ("Fed cuts rates | 50 points", "Fed cuts rates | 25 points"),
        ("Final score: 3", "Final score: 7"),
        ("Apple shares: 120", "Apple shares: 210"),
        (
            "Senate passes AI Act | 51 votes | 3 comments",
            "Senate passes AI Act | 49 votes | 3 comments",
        ),
        ("Chips: published 3 May 2027", "Chips: published 4 May 2027"),
        ("Rules | Published 3 May 2027", "Rules | Published 4 May 2027"),
    ],
)
def test_in_a_title_votes_points_shares_and_scores_are_what_it_says(
    before: str, after: str
) -> None:
    assert edited(before, after, title=True)
    assert content_hash(ParsedEntry(title=before)) != content_hash(ParsedEntry(title=after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("AI bill passes (12 comments)", "AI bill passes (15 comments)"),
        ("AI bill passes | 3 replies", "AI bill passes | 4 replies"),
        ("AI bill passes | Views: 3,000", "AI bill passes | Views: 4,000"),
        ("AI bill passes · 7 likes", "AI bill passes · 8 likes"),
        ("AI bill passes | 3 hours ago", "AI bill passes | 4 hours ago"),
        ("AI bill passes | Updated 3 hours ago", "AI bill passes | Updated 4 hours ago"),
        ("AI bill passes (3 min read)", "AI bill passes (4 min read)"),
    ],
)
def test_in_a_title_readers_ages_and_reading_time_count_for_nothing(
    before: str, after: str
) -> None:
    assert not edited(before, after, title=True)
    assert content_hash(ParsedEntry(title=before)) == content_hash(ParsedEntry(title=after))


@pytest.mark.parametrize(
    "text", [words for case in (*TRIVIAL, *REAL) for words in case[1:]], ids=lambda _: ""
)
def test_nothing_is_no_edit_of_itself(text: str) -> None:
    assert not edited(text, text)


words = st.sampled_from([
    "firm", "chip", "12", "1,000", "not", "EU's", "“rule”", "—", "(3", "min", "read)", "12", "comments", "|", ".",
    ",", "?", "https://a.example/?a=1", "芯片", "不",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(words, max_size=9), st.integers(0, 9), st.sampled_from(["13", "never", "Marie"]))
def test_a_number_a_negation_or_a_name_put_in_is_an_edit(
    text: list[str], at: int, word: str
) -> None:
    # A number may make a counter of what follows: "13 comments" counts as "comments" did not.
    with_word = [*text[:at], "of", word, "for", *text[at:]]
    without = [*text[:at], "of", "for", *text[at:]]
    assert edited(" ".join(without), " ".join(with_word))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_trivial_is_the_same_both_ways_and_spares_what_has_no_letters(one: str, other: str) -> None:
    assert edited(one, other) == edited(other, one)
    assert not edited(one, f" {one}\n")


def test_a_counter_that_ticks_does_not_change_the_words_that_are_hashed() -> None:
    assert counterless("Long  text. 12 comments") == counterless("Long text. 15 comments")
    assert counterless("passed with 12 votes") != counterless("passed with 21 votes")


def test_long_texts_are_compared_without_delay() -> None:
    for piece in (
        "12 comments | ",
        "((((",
        "https://a.example/?utm_a=",
        "1 ",
        "' ",
        "« ",
        "...",
        "&amp;",
    ):
        text = piece * (190_000 // len(piece))
        assert not edited(text, text + " ")
        assert edited(text, f"other {text}")
        assert edited(text, f"{text} other")


def test_of_a_very_long_text_white_space_alone_is_trivial() -> None:
    text = "The rule. " * 30_000
    assert not edited(text, text.replace(" ", "\n"))
    assert edited(text, f"{text} No")
