"""What is no query is refused with the place, what was expected, and a hint."""

from __future__ import annotations

import pytest

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.query import literal, parse

LISTS = {
    "chips": WordList("chips", ("H20", "B30A")),
    "loop": WordList("loop", ("x", "@pool")),
    "pool": WordList("pool", ("@loop",)),
    "broken": WordList("broken", ("good", "a*")),
    "empty": WordList("empty", ()),
    "dangling": WordList("dangling", ("@chps",)),
}

# The caret stands under the character after "^" in each pattern.
CASES = [
    ("^", "query is empty", ""),
    ("^   ", "query is empty", ""),
    ('a ^"b c', "never closed", "end of the phrase"),
    ('a^"b', "never closed", ""),
    ("^(a", "never closed", "`)`"),
    ("a^)", "closes nothing", ""),
    ("a (^)", "nothing between", ""),
    ("^OR a", "OR stands where", "in quotes"),
    ("a OR ^", "ends where", ""),
    ("a AND ^OR b", "OR stands where", ""),
    ("(a OR ^)", "closes where", ""),
    ("^NEAR(a b, 5)", "NEAR stands between", "a NEAR/5 b"),
    ("^NEAR a", "NEAR stands where", "in quotes"),
    ("^-ai", "only excludes", "before it"),
    ("^NOT a NOT b", "only excludes", ""),
    ("a OR ^-b", "only excludes", ""),
    ("title:x OR ^NOT (a OR b)", "only excludes", ""),
    ("^*chip", "cannot begin with", "end of a word"),
    ("ch^*ip", "can only end a word", ""),
    ("AI^*", "4 letters", "OR"),
    ('"of AI^* rules"', "4 letters", ""),
    ("^*", "can only end a word", ""),
    ('"^"', "no letter or digit", ""),
    ("a ^🚀", "no letter or digit", ""),
    ("a ^- b", "right before what it excludes", "without a space"),
    ("a ^=", "right before the word", ""),
    ("a ^@", "name of a list", ""),
    ("x ^titel:y", "no field `titel:`", "`title`"),
    ("^foo:bar", "no field", "Known: "),
    ("x ^@chps", "no list @chps", "`chips`"),
    ("^@loop", "take in itself", "Remove"),
    ("^@broken", "Spelling 2 of the list @broken", "OR"),
    ("^@empty", "is empty", "one spelling a line"),
    ("^@dangling", "no list @chps (named in @dangling)", "`chips`"),
    ("title:^", "ends where", ""),
    ("title:^-x", "needs what must stand there", "-title:word"),
    ("title:(a ^body:b)", "stands inside `title:`", "side by side"),
    ("title:(^lang:en)", "inside another field", ""),
    ("outlet:^", "a value for outlet:", ""),
    ("outlet:(a OR ^)", "closes where a value for outlet:", ""),
    ('outlet:^"a b"~5', "plain value", ""),
    ("lang:^??", "no language tag", "lang:zh"),
    ("tag:^🚀", "no letter or digit", ""),
    ("after:^yesterday", "no date", "2025-01-20"),
    ("after:^2025-02-30", "no day", ""),
    ("since:^7x", "no length of time", "since:7d"),
    ("published:^>soon", "no date", ""),
    ("published:^>7d", "no date", ""),
    ("published:^soon", "no date", "published:7d"),
    ("has:^pictures", "no has:pictures", "has:enclosure"),
    ("is:^read", "no is:read", "is:starred"),
    ("a NEAR/^99 b", "from 1 to 50", ""),
    ("a NEAR/^0 b", "from 1 to 50", ""),
    ("a NEAR/^ b", "from 1 to 50", ""),
    ('"a b"~^99', "from 1 to 50", ""),
    ('"a b"~^', "from 1 to 50", ""),
    ('^"a b c"~1', "cannot stand within", "~2"),
    ('^"a b c d e f g h i"~20', "may have 8 words", ""),
    ("a ^NEAR/5 (b c)", "cannot join AND", "OR"),
    ("a ^NEAR/5 (b OR -c)", "cannot join NOT", ""),
    ("a ^NEAR/5 title:b", "cannot join a field", "title:(a NEAR/5 b)"),
    ("a ONEAR/^99 b", "from 1 to 50", ""),
    ("lic^?nce", "does not stand for a letter", ""),
    ("chip^~2", "by likeness", "~8"),
    ("outlet:^/x/", "no regular expressions", ""),
    ("outlet:re^?ters", "does not stand for a letter", "licen*"),
    ("tag:(b OR a^?b)", "does not stand for a letter", ""),
    ("author:smith^^2", "no weights", ""),
    ("chips n/^78", "from 1 to 50", 'quotes: "n/78"'),
    ("^N/5", "stands where", 'quotes: "N/5"'),
    ("chips N/5^", "ends where", 'quotes: "N/5"'),
    ("(chips N/5^)", "closes where", 'quotes: "N/5"'),
    ('a \\^"b c', "never closed", ""),
    ("chip^^4", "no weights", "boost"),
    ("^/chips?/", "no regular expressions", ""),
    ("^[2020 TO 2021]", "no ranges", "after:"),
]


@pytest.mark.parametrize(("marked", "reason", "hint"), CASES)
def test_an_error_has_its_place_its_reason_and_a_hint(marked: str, reason: str, hint: str) -> None:
    position = marked.index("^")
    text = marked[:position] + marked[position + 1 :]
    with pytest.raises(QueryError) as caught:
        parse(text, LISTS)
    assert reason in caught.value.reason
    assert caught.value.position == position
    assert hint in caught.value.hint
    shown = str(caught.value).splitlines()
    if text.strip():
        assert shown[2].index("^") - 2 == position


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a " * 5_001, "10,000 are possible"),
        ("(" * 51 + "a" + ")" * 51, "More than 50"),
        ("NOT " * 51 + "a", "More than 50"),
        (" NEAR ".join("abcdefg"), "More than 5 NEAR"),
        ('"' + "a " * 61 + '"', "60 are possible"),
        ("芯" * 61, "60 are possible"),
    ],
)
def test_what_is_over_a_limit_is_refused(text: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        parse(text)


def test_lists_may_hold_five_thousand_spellings_in_all() -> None:
    lists = {"a": WordList("a", tuple(f"word{n}" for n in range(2_600)))}
    parse("@a", lists)
    with pytest.raises(QueryError, match="5,000 are possible"):
        parse("@a OR title:@a", lists)
    lists["b"] = WordList("b", ("@a", *(f"other{n}" for n in range(2_600))))
    with pytest.raises(QueryError, match="more than 5,000 spellings"):
        parse("@b", lists)


@pytest.mark.parametrize("text", ["", "  ", "***", '"', "🚀 – !"])
def test_a_literal_search_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="no word to search for"):
        literal(text)
