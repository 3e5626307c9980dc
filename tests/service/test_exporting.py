"""Exports hold what was found and nothing that acts: each form is read back by a strict reader."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import Entry
from monitor.service import whole_result as whole
from monitor.service.citing import latex
from monitor.service.export_values import About
from monitor.service.exporting import FORMS, export
from monitor.service.searching import Hit, hit_of
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home
from tests.store.builders import add, match, new

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ABOUT = About(query="chips", understood="chips", now=NOW, base="https://m.example/")
ENTRY = Entry(
    id=12,
    feed_id=1,
    feed_url="https://a.example/feed",
    feed_title="Feed",
    outlet="The Wire",
    tier=2,
    feed_tags=(),
    guid="g",
    url="https://a.example/x?a=1&b=(2)",
    link="",
    domain="a.example",
    title="Chips",
    author="",
    html="",
    text="",
    excerpt="",
    language="en",
    published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    published_raw="",
    first_seen_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
    matches=(match("chips"),),
)
ANY = st.text(max_size=60) | st.sampled_from(
    [
        "=cmd|' /C calc'!A0", "@someone", "100% {of} $it_all & #1 ~ ^ \\n", "}} , evil = {", "a\r\nER  - ",
        "a and b", "<script>x</script>", "]]>", "[a](b) *c* `d`", "- list", "1. one", "＝SUM(A1)", "\u202egnirts",
        "a;=HYPERLINK(1)", "a\t+1", "; -40%", "\u200b=1+1", "\ufeff@x", "\xad-1", "\x00\x0b", "\ud800", "\uffff", "出口管制", "--", '"quoted"', "Name, Given", "GH-12 #34 user/repo@abc",
    ]
)  # fmt: skip


def written(form: str, *entries: Entry) -> str:
    return "".join(export(form, ABOUT, [hit_of(each, 0.0, ()) for each in entries]))


def bibtex_entries(text: str) -> dict[str, dict[str, str]]:
    """Read BibTeX as strictly as a reader may: braces match, keys are unique, nothing is between."""
    found: dict[str, dict[str, str]] = {}
    at = 0
    while at < len(text):
        head = re.compile(r"\s*@misc\{([A-Za-z0-9:-]+),\n").match(text, at)
        assert head, text[at : at + 40]
        assert head[1] not in found
        fields = found[head[1]] = {}
        at = head.end()
        while text[at] != "}":
            name = re.compile(r"  ([a-z]+) = (\{|[a-z]{3},\n)").match(text, at)
            assert name, text[at : at + 40]
            at = name.end()
            if name[2] != "{":
                fields[name[1]] = name[2][:3]
                continue
            depth, begin = 1, at
            while depth:  # BibTeX counts braces behind a backslash as well
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
            fields[name[1]] = text[begin : at - 1]
            assert text[at : at + 2] == ",\n"
            at += 2
        at = re.compile(r"\}\s*").match(text, at).end()  # type: ignore[union-attr]
    return found


@settings(max_examples=200, deadline=None)
@given(ANY, ANY, ANY)
def test_bibtex_stays_whole_whatever_is_in_it(title: str, author: str, outlet: str) -> None:
    entries = [replace(ENTRY, id=n, title=title, author=author, outlet=outlet) for n in (1, 2)]
    found = bibtex_entries(written("bibtex", *entries))
    assert list(found) == ["monitor-e1", "monitor-e2"]
    fields = found["monitor-e1"]
    assert fields["title"].startswith("{")
    assert fields["title"].endswith("}")
    assert not re.search(r"(?<!\\)[$&%#_]", fields["title"])
    assert (fields["year"], fields["month"], fields["day"]) == ("2026", "nov", "20")
    assert fields["urldate"] == "2026-11-23"
    assert "date" not in fields  # next to year and month it would say so twice
    assert fields["url"] == ENTRY.url


@pytest.mark.parametrize(
    ("author", "written_as"),
    [
        ("Ana Öztürk", "Ana Öztürk"),
        ("Jean-Luc d’Arcy", "Jean-Luc d’Arcy"),
        ("Smith, Ana", "{Smith, Ana}"),
        ("Ana Smith and Bo Li", "{Ana Smith and Bo Li}"),
        ("The staff of the Meridian Courier", "{The staff of the Meridian Courier}"),
        ("a_b@x.example", r"{a\_b@x.example}"),
    ],
)
def test_a_name_stands_as_it_is_unless_it_would_be_taken_apart(
    author: str, written_as: str
) -> None:
    (entry,) = bibtex_entries(written("bibtex", replace(ENTRY, author=author))).values()
    assert entry["author"] == written_as


def test_a_score_stands_in_the_table_only_where_there_is_one() -> None:
    hits = [hit_of(ENTRY, score, ()) for score in (0.0, 1.5)]
    rows = csv.DictReader(io.StringIO("".join(export("csv", ABOUT, hits)), newline=""))
    assert [row["score"] for row in rows] == ["", "1.5"]


def test_latex_sets_every_special_as_itself() -> None:
    assert latex(r"50% of {a_b} & $c # d~e^f\g") == (
        r"50\% of \textbraceleft{}a\_b\textbraceright{} \& \$c \# d\textasciitilde{}e"
        r"\textasciicircum{}f\textbackslash{}g"
    )


@settings(max_examples=200, deadline=None)
@given(ANY, ANY, ANY)
def test_ris_has_one_tag_a_line_from_ty_to_er(title: str, author: str, excerpt: str) -> None:
    entries = [replace(ENTRY, id=n, title=title, author=author, excerpt=excerpt) for n in (1, 2)]
    records = written("ris", *entries).split("ER  - \r\n\r\n")
    assert records.pop() == ""
    assert len(records) == 2
    for record in records:
        lines = record.split("\r\n")
        assert lines.pop() == ""
        assert lines[0] == "TY  - ELEC"
        assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]+", line) for line in lines)
        assert sum(line.startswith("TI  - ") for line in lines) == 1
    assert "DA  - 2026/11/20\r\n" in records[0]
    assert "ID  - monitor-e1\r\n" in records[0]


@settings(max_examples=200, deadline=None)
@given(ANY, ANY)
def test_no_cell_of_the_table_is_a_formula(title: str, outlet: str) -> None:
    text = written("csv", replace(ENTRY, title=title, outlet=outlet))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["title"].replace("'", "") == title.replace("\0", " ").replace("'", "")
    # Where semicolons or tabs part cells, others begin there.
    for cell in re.split(r"[;\t]", row["title"]):
        seen = re.sub(r"[\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", "", cell)
        assert not re.match(r"\s*[=+\-@＝＋－＠\r\n]", seen)
    assert (row["id"], row["topics"]) == ("e12", "chips")


@settings(max_examples=200, deadline=None)
@given(ANY, ANY, ANY)
def test_feeds_and_lines_are_read_back(title: str, author: str, outlet: str) -> None:
    entry = replace(ENTRY, title=title, author=author, outlet=outlet, text="Chips of " + title)
    feed = ElementTree.fromstring(written("atom", entry).encode("utf-8"))
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert [each.text for each in feed.findall("a:entry/a:id", space)] == [
        "urn:ai-policy-monitor:entry:12"
    ]
    assert feed.find("a:entry/a:author/a:name", space) is not None
    (item,) = json.loads(written("jsonfeed", entry).encode("utf-8"))["items"]
    assert item["url"] == ENTRY.url
    assert item["content_text"]
    (line,) = written("jsonl", replace(entry, title="a\u2028b")).split("\n")[:-1]
    assert json.loads(line)["title"] == "a\u2028b"
    assert json.loads(written("jsonfeed"))["items"] == []


@settings(max_examples=200, deadline=None)
@given(ANY, ANY)
def test_markdown_shows_the_text_and_calls_nobody(title: str, author: str) -> None:
    text = written("markdown", replace(ENTRY, title=title, author=author))
    assert not re.search(r"@\w|(?<!&)#\d|GH-\d", text)
    assert not re.search(r"(?<!\\)<", text)
    assert len(text.split("\n- ")) == 2
    assert text.endswith("\n1 entry\n")
    assert "](https://a.example/x?a=1&b=%282%29)" in text


def test_no_address_that_acts_is_linked() -> None:
    entry = replace(ENTRY, url="javascript:alert(1)", link="")
    for form in set(FORMS) - {"csv", "jsonl"}:
        assert "javascript:" not in written(form, entry)


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    """A home with more entries than one batch has."""
    with open_services(Home(home), NOW) as opened:
        add(opened.store, *(new(str(n), title=f"Chip {n}") for n in range(450)), at=NOW)
        yield opened


def hits(services: Services, text: str, most: int = whole.MOST_EXPORTED) -> list[Hit]:
    return list(whole.whole_result(services, text, now=NOW, most=most).hits)


def test_the_whole_result_comes_newest_first_up_to_its_bound(services: Services) -> None:
    found = hits(services, "chip -449")
    assert [hit.entry.title for hit in found[:2]] == ["Chip 448", "Chip 447"]
    assert len(found) == 449
    assert [hit.entry.id for hit in hits(services, "chip", most=3)] == [450, 449, 448]
    assert hits(services, "chip lang:de") == []
    assert len(hits(services, "lang:en is:starred")) == 0
