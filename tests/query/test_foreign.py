"""What people paste from other search languages: understood as meant, or told what to write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.query import parse
from monitor.query.foreign import ALIASES, REFUSED, WHOLE_REST, offset_before, unescaped
from monitor.query.metadata import FIELDS

UNDERSTOOD = [
    # Lucene, Elasticsearch, Kibana
    ('title:"export control" AND body:chip*', 'title:"export control" AND body:chip*'),
    ("content:(chip OR wafer)", "body:(chip OR wafer)"),
    ("text:chip && !potato", "body:chip AND NOT potato"),
    ("(chip || wafer) -potato +china", "(chip OR wafer) AND NOT potato AND china"),
    ('"entity list"~5', '"entity list"~5'),
    ("C\\+\\+ \\(US\\)", "C++ AND US"),
    ("10\\:30", "10:30"),
    ("foo\\:bar", '"foo:bar"'),
    ("New\\ York", '"New York"'),
    ('"a \\"quoted\\" word"', '"a  quoted  word"'),
    ("AC\\/DC", '"AC/DC"'),
    ("chip\\*", "chip"),
    ("source:New\\ York\\ Times", 'outlet:"New York Times"'),
    ("published:[2025-01-01 TO 2025-02-01]", "published:2025-01-01..2025-02-01"),
    ("date:[2025-01-01 TO *]", "published:>=2025-01-01"),
    ("date:[* TO 2025-02-01]", "published:<=2025-02-01"),
    ("date:{2025-01-01 TO *}", "published:>2025-01-01"),
    ("date:{* TO 2025-02-01}", "published:<2025-02-01"),
    (
        "publish_date:[2025-01-01T00:00:00Z TO 2025-02-01T23:59:59Z]",
        "published:2025-01-01..2025-02-01",
    ),
    ("after:2025-01-01T00:00:00Z", "after:2025-01-01"),
    ("published:>2025-01-01T00:00:00Z", "published:>=2025-01-01"),
    ("published:<2025-01-01T00:00:00Z", "published:<2025-01-01"),
    ("published:<2025-01-01T12:00:00+01:00", "published:<=2025-01-01"),
    ("published:>=2025-01-01T00:00:00.000Z", "published:>=2025-01-01"),
    ("published:2025-01-01T00:00:00Z..2025-02-01T00:00:00Z", "published:2025-01-01..2025-02-01"),
    ('\\"a b\\" OR c', '"a b" OR c'),
    ('(title:\\"entity list\\" -\\"a b\\")', 'title:"entity list" AND NOT "a b"'),
    ('\\"a b\\"~5 outlet:\\"AP News\\"', '"a b"~5 AND outlet:"AP News"'),
    ('=\\"Entity List\\"', '="Entity List"'),
    ("url:/x/ feed:a.example?b", "url:/x/ AND feed:a.example?b"),
    ('outlet:"re?ters" tag:a\\?b', 'outlet:"re?ters" AND tag:"a?b"'),
    ("_exists_:author", "has:author"),
    ("_exists_:published_at", "has:published"),
    ("_exists_:date chips", "has:published AND chips"),
    ("tags:(ai OR chips)", "tag:ai OR tag:chips"),
    ("title: (chips OR wafers)", "title:(chips OR wafers)"),
    ("language:de", "lang:de"),
    # Meltwater
    ("(chip OR wafer) NEAR/5 (ban OR curb)", "(chip OR wafer) NEAR/5 (ban OR curb)"),
    ("chip ONEAR/5 ban", "chip ONEAR/5 ban"),
    ("chip ONEAR ban", "chip ONEAR/10 ban"),
    ("ingress:chips", "lead:chips"),
    ("title:chips AND ingress:(ban OR curb)", "title:chips AND lead:(ban OR curb)"),
    ('source:"Financial Times" chips', 'outlet:"Financial Times" AND chips'),
    ('apple AND (watch OR iwatch) NOT ("apple juice")', None),
    # Google
    ('site:nist.gov "entity list"', 'domain:nist.gov AND "entity list"'),
    ("site:https://www.nist.gov/ chips", "domain:www.nist.gov AND chips"),
    ("chips -site:reddit.com", "chips AND NOT domain:reddit.com"),
    ("intitle:chips intext:ban", "title:chips AND body:ban"),
    ('intitle:"entity list" | intitle:chips', 'title:"entity list" OR title:chips'),
    ("allintitle: chip ban china", "title:(chip AND ban AND china)"),
    ("allintext:chip OR wafer", "body:(chip OR wafer)"),
    ("inurl:press-releases", "url:press-releases"),
    ("chip AROUND(5) ban", "chip NEAR/5 ban"),
    ('"chip ban" AROUND (3) china', '"chip ban" NEAR/3 china'),
    ("chips after:2025-01-01 before:2025-02-01", None),
    ("chips when:7d", "chips AND since:7d"),
    ("source:reuters chips", "outlet:reuters AND chips"),
    # Nexis, Factiva, ProQuest, Westlaw, social listening, job boards
    ("chip W/5 ban", "chip NEAR/5 ban"),
    ("chip w/5 ban", "chip NEAR/5 ban"),
    ("chip PRE/5 ban", "chip ONEAR/5 ban"),
    ("chip /5 ban", "chip NEAR/5 ban"),
    ("chip NEAR5 ban", "chip NEAR/5 ban"),
    ("chip near/5 ban", "chip NEAR/5 ban"),
    ("chip near5 ban", "chip NEAR/5 ban"),
    ("chip onear/5 ban", "chip ONEAR/5 ban"),
    ("chip adj5 ban", "chip ONEAR/5 ban"),
    ("chip N/5 ban", "chip NEAR/5 ban"),
    ("chip P/5 ban", "chip ONEAR/5 ban"),
    ("hlead:chips OR hl:chips", "lead:chips OR title:chips"),
    ("headline:chips byline:smith", "title:chips AND author:smith"),
    ("domainis:nist.gov chips", "domain:nist.gov AND chips"),
    (
        '("head of policy" OR "policy lead") AND (AI OR "artificial intelligence") NOT intern',
        '("head of policy" OR "policy lead") AND (AI OR "artificial intelligence") AND NOT intern',
    ),
    ("chips until:2025-02-01", "chips AND before:2025-02-01"),
    # Word processors
    ("“entity list” AND „Entity List“", '"entity list" AND "Entity List"'),
    ("chips –potato", "chips AND NOT potato"),
    ("chips \u2212(potato OR poker)", "chips AND NOT (potato OR poker)"),
]

# The caret stands under the character after "⌖" in each pattern.
REFUSALS = [
    ("⌖/chips?/", "no regular expressions", "OR"),
    ("te⌖?t", "does not stand for a letter", "licen*"),
    ("chip⌖^2 ban", "no weights", "boost"),
    ('"chip ban"⌖^2', "no weights", "boost"),
    ("(chip ban)⌖^2.5", "no weights", "boost"),
    ("chip*⌖^2", "no weights", "boost"),
    ("chip⌖~1", "by likeness", "~8"),
    ("⌖*:*", "no sign for every entry", "since:30d"),
    ("⌖[a TO b]", "no ranges", "published:["),
    ("lang:⌖[a TO b]", "no ranges in lang", "published:"),
    ("after:⌖[2025-01-01 TO 2025-02-01]", "no ranges", "after:2025-01-01 before:2025-02-01"),
    ("date:⌖[now-7d TO now]", "now", "since:7d"),
    ("date:⌖[* TO *]", "no end", "has:published"),
    ("date:⌖[2025-01-01 TO 2025-02-01}", "both its ends", "published:<2025-02-01"),
    ("⌖@timestamp:[now-7d TO now]", "no list @timestamp", ""),
    ("x ⌖timestamp:2025", "no field `timestamp:`", "published:"),
    ("chips ⌖filetype:pdf", "no field `filetype:`", "type:pdf"),
    ("⌖related:nist.gov", "no field `related:`", "url:"),
    ("⌖allinurl:press chips", "no field `allinurl:`", "url:chips"),
    ("chips ⌖link:nist.gov", "no field `link:`", ""),
    ("chips ⌖sourcecountry:us", "no field `sourcecountry:`", "domain:"),
    ("chips ⌖sentiment:negative", "no field `sentiment:`", "leave it out"),
    ("⌖NEAR(chip ban, 5)", "stands between", "chip NEAR/5 ban"),
    ('x AND ⌖NEAR("chip ban" china)', "stands between", '"chip ban" NEAR/10 china'),
    ('⌖near5:"chip ban"', "no field `near5:`", '"a b"~5'),
    ("chip ⌖w/s ban", "no sentences", "NEAR/15"),
    ("chip ⌖/p ban", "no sentences", "NEAR/50"),
    ("chip W/⌖99 ban", "from 1 to 50", ""),
    ("chip NEAR/⌖100 ban", "from 1 to 50", ""),
    ("chip ⌖XOR ban", "no XOR", "NOT (a b)"),
    ("chip ⌖ANDNOT ban", "NOT", "NOT potato"),
    ("⌖atleast3(chip)", "not counted", "title:"),
    ('"a ⌖* b"', "only end a word", "~5"),
    ("a ⌖* b", "only end a word", "~5"),
    ("C\\+\\+⌖*", "4 letters", "OR"),
    ("domain:⌖nist.gov/news", "no host", "url:"),
]


@pytest.mark.parametrize(("text", "understood"), UNDERSTOOD)
def test_what_is_pasted_is_understood_in_our_spelling(text: str, understood: str | None) -> None:
    query = parse(text)
    if understood is not None:
        assert query.spelled_out() == understood
    assert parse(query.spelled_out()).root == query.root


@pytest.mark.parametrize(("marked", "reason", "hint"), REFUSALS)
def test_what_cannot_be_meant_is_refused_with_what_to_write(
    marked: str, reason: str, hint: str
) -> None:
    position = marked.index("⌖")
    with pytest.raises(QueryError) as caught:
        parse(marked.replace("⌖", ""))
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert caught.value.position == position


def test_the_tables_are_about_fields_there_are_and_repeat_nothing() -> None:
    assert set(ALIASES.values()) | set(WHOLE_REST.values()) <= set(FIELDS)
    names = [*ALIASES, *REFUSED, *WHOLE_REST]
    assert len(names) == len({*names, *FIELDS}) - len(FIELDS)
    assert all(name == name.lower() for name in names)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab\\*" +:1', max_size=12), st.integers(0, 12))
def test_a_place_behind_backslashes_is_found_again(written: str, offset: int) -> None:
    value = unescaped(written)
    if offset < len(value) and value[offset] in written and value[offset] != " ":
        place = offset_before(written, offset)
        assert value[offset] in written[place : place + 2]
