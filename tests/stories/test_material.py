"""What changed in a story: a table, and what holds for any story."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.change import FormerTitle, Telling
from monitor.stories.capitals import capitalised_names
from monitor.stories.material import material_changes
from monitor.stories.official import is_official

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def telling(number: int, title: str, outlet: str = "", **more: Any) -> Telling:
    """An entry first seen `number` hours after noon."""
    standard: dict[str, Any] = {"language": "en", "first_seen_at": NOON + number * HOUR}
    outlet = outlet or f"outlet{number}.example"
    return Telling(entry=number, title=title, outlet=outlet, **(standard | more))


def told(*members: Telling, since: datetime = NOON) -> list[tuple[str, int, str]]:
    return [(each.kind, each.entry, each.text) for each in material_changes(members, since)]


FIRST = telling(0, "Bureau adds 10 firms to the entity list")


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ([FIRST], []),
        ([FIRST, telling(1, "Entity list grows by 10 firms, says bureau", FIRST.outlet)], []),
        (
            [FIRST, telling(1, "Bureau adds 12 firms to its entity list", FIRST.outlet)],
            [("figure", 1, "12 firms, not 10")],
        ),
        (
            [FIRST, telling(1, "Bureau adds twelve firms to its list", FIRST.outlet)],
            [("figure", 1, "twelve firms, not 10")],
        ),
        ([FIRST, telling(1, "Bureau adds two rules to its list", FIRST.outlet)], []),
        (
            [FIRST, telling(1, "Entity list costs chip makers $1bn", FIRST.outlet),
             telling(2, "The list costs 1 billion dollars", FIRST.outlet)],
            [("figure", 1, "new figure: $1bn")],
        ),
        (
            [FIRST, telling(1, "The list applies from 1 March 2027", FIRST.outlet),
             telling(2, "What changes on March 1", FIRST.outlet)],
            [("date", 1, "new date: 1 March 2027")],
        ),
        (
            [FIRST, telling(1, "The list hits Acme Chips and Borealis", FIRST.outlet),
             telling(2, "Shares of Borealis fall", FIRST.outlet)],
            [("name", 1, "new names: Acme Chips; Borealis")],
        ),
        (
            [FIRST, telling(1, "Entity list grows"), telling(2, "List grows"), telling(3, "It grows")],
            [("outlets", 1, "2 independent outlets, not 1"), ("outlets", 3, "4 independent outlets, not 2")],
        ),
        (
            [FIRST, telling(1, "Entity list grows", tier=1), telling(2, "List grows", tier=1),
             telling(3, "The list grows", "outlet1.example", tier=1)],
            [("trusted", 1, "new outlet of tier 1: outlet1.example"),
             ("outlets", 1, "2 independent outlets, not 1"),
             ("trusted", 2, "new outlet of tier 1: outlet2.example")],
        ),
        (
            [replace(FIRST, tier=1), telling(1, "List grows", FIRST.outlet, tier=1)],
            [],
        ),
        (
            [replace(FIRST, tier=1), telling(1, "List grows", tier=1, copy_of=0)],
            [],
        ),
        (
            [FIRST, telling(1, "List grows", "The Bureau", host="bureau.gov", tier=1)],
            [("official", 1, "first official source: The Bureau"),
             ("outlets", 1, "2 independent outlets, not 1")],
        ),
        (
            [FIRST, telling(1, "Bureau adds 99 firms", copy_of=0), telling(2, "Bureau adds", copy_of=0)],
            [],
        ),
        (
            [FIRST, telling(1, "Additions to the list", "The Bureau", host="www.bureau.gov", copy_of=0),
             telling(2, "More", FIRST.outlet, tags=("Official",))],
            [("official", 1, "first official source: The Bureau")],
        ),
        (
            [replace(FIRST, host="www.bureau.gov"),
             telling(1, "Additions", FIRST.outlet, host="www.other.gov")],
            [],
        ),
        (
            [replace(FIRST, former=(FormerTitle("Bureau may add firms to the entity list", NOON + HOUR),))],
            [
                ("headline", 0, "headline changed: “Bureau adds 10 firms to the entity list”, before "
                 "“Bureau may add firms to the entity list”"),
                ("figure", 0, "new figure: 10 firms"),
            ],
        ),
        ([replace(FIRST, former=(FormerTitle("BUREAU ADDS 10 FIRMS to the entity list", NOON),))], []),
        (
            [replace(FIRST, withdrawn_at=NOON + HOUR)],
            [("withdrawn", 0, "withdrawn: outlet0.example shows “Bureau adds 10 firms to the entity list” no more")],
        ),
        (
            [telling(0, "12家企业列入清单", language="zh"), telling(1, "13家企业列入清单", "outlet0.example", language="zh")],
            [("figure", 1, "13家, not 12")],
        ),
    ],
)  # fmt: skip
def test_what_is_told(members: list[Telling], wanted: list[tuple[str, int, str]]) -> None:
    assert told(*members) == wanted
    assert told(*members[::-1]) == wanted


def test_a_long_story_of_many_figures_is_compared_without_delay() -> None:
    # Each figure against each before it would be two thousand million comparisons.
    members = [
        telling(at, " ".join(f"{at * 40 + each + 3000} chips" for each in range(40)), FIRST.outlet)
        for at in range(1600)
    ]
    changes = [each for each in material_changes(members, NOON) if each.kind == "figure"]
    assert len(changes) == len(members) - 1
    assert changes[0].text.endswith("and 26 more")


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("It costs $2,000", "It costs 2,000", []),
        ("It costs 2,000", "It costs $2,000", []),
        ("It costs €2,000", "It costs $2,000", ["figure"]),
        ("It costs $20", "It costs 20", ["figure"]),
        ("On 1 March 2027", "In March", []),
        ("On 1 March", "On 1 March 2027", []),
        ("On 1 March 2026", "On 1 March 2027", ["date"]),
        ("On 1 March 2027", "On 1 March", []),
        ("On 1 March 2027", "In March 2027", []),
        ("In March 2027", "On 1 March 2027", ["date"]),
        ("On 1 March 2027", "In 2027", []),
        ("On 1 March", "In 2027", ["date"]),
        ("On 1 March", "On 2 March", ["date"]),
    ],
)
def test_what_a_headline_says_already(before: str, after: str, kinds: list[str]) -> None:
    members = telling(0, before, "a"), telling(1, after, "a")
    assert [kind for kind, _, _ in told(*members)] == kinds


def test_a_name_that_a_text_before_had_is_no_news() -> None:
    opening = telling(
        0, "Bureau adds 10 firms to the entity list", lead="The Zephyrus Office signed it."
    )
    named = telling(1, "Bureau and Zephyrus Office add 10 firms to the entity list", opening.outlet)
    assert told(opening, named) == []
    assert told(FIRST, telling(1, named.title, FIRST.outlet)) == [
        ("name", 1, "new name: Zephyrus Office")
    ]


def test_what_came_before_is_known() -> None:
    later = telling(1, "Bureau adds 12 firms"), telling(2, "Now 12 firms and 3 banks")
    assert told(FIRST, *later, since=NOON + 2 * HOUR) == [("figure", 2, "new figure: 3 banks")]
    assert told(FIRST, *later, since=NOON + 3 * HOUR) == []


def test_names_may_come_from_elsewhere() -> None:
    changes = material_changes(
        [FIRST, telling(1, "芯片 acme", FIRST.outlet)],
        NOON,
        names=lambda title, _: {word: word for word in ("acme", "芯片") if word in title},
    )
    assert [each.text for each in changes] == ["new names: acme; 芯片"]


@pytest.mark.parametrize(
    ("host", "tags", "official"),
    [
        ("www.bis.gov", (), True),
        ("GOV.UK", (), True),
        ("www.gov.uk", (), True),
        ("digital-strategy.ec.europa.eu", (), True),
        ("legifrance.gouv.fr", (), True),
        ("bmwk.bund.de", (), True),
        ("cac.gov.cn", (), True),
        ("meti.go.jp", (), True),
        ("msit.go.kr", (), True),
        ("mdes.go.th", (), True),
        ("kominfo.go.id", (), True),
        ("ict.go.ke", (), True),
        ("ised-isde.gc.ca", (), True),
        ("www.canada.ca", (), True),
        ("www.bmf.gv.at", (), True),
        ("www.bakom.admin.ch", (), True),
        ("www.gob.mx", (), True),
        ("www.argentina.gob.ar", (), True),
        ("www.gub.uy", (), True),
        ("www.govt.nz", (), True),
        ("www.government.se", (), True),
        ("www.regeringen.se", (), True),
        ("www.army.mil", (), True),
        ("www.mod.gov.in", (), True),
        ("dod.mil.kr", (), True),
        ("www.europarl.europa.eu", (), True),
        ("www.bis.gov.", (), True),
        ("gc.ai", (), False),
        ("go.ai", (), False),
        ("www.go.ai", (), False),
        ("admin.io", (), False),
        ("mil.ai", (), False),
        ("gv.io", (), False),
        ("go.com.co", (), False),
        ("blog.government.ai", (), False),
        ("gob.io", (), False),
        ("gouv.ai", (), False),
        ("govt.io", (), False),
        ("www.gov.ai", (), True),
        ("www.gov.scot", (), True),
        ("cdn-contenu.gouv.qc.ca", (), True),
        ("www.government.nl", (), True),
        ("gov.news", (), False),
        ("go.co", (), False),
        ("admin.chat", (), False),
        ("notcanada.ca", (), False),
        ("canada.ca.example", (), False),
        ("news.example", ("news", "primary"), True),
        ("news.example", ("news",), False),
        ("notgov.example", (), False),
        ("gov.example.com", (), False),
        ("mygov.uk", (), False),
        ("go.com", (), False),
        ("", (), False),
    ],
)
def test_who_is_official(host: str, tags: tuple[str, ...], official: bool) -> None:
    assert is_official(host, tags) is official


@pytest.mark.parametrize(
    ("title", "language", "names"),
    [
        ("Regulators in Lisbon fine Acme Chips", "en", {"Lisbon", "Acme Chips"}),
        ("Regulators In Lisbon Fine A Big Maker", "en", set()),
        ("NVIDIA and OpenAI talk", "en", {"NVIDIA", "OpenAI"}),
        ("Die Behörde prüft Chips von ASML", "de", {"ASML"}),
        ("ALL CHIPS BANNED", "en", set()),
        ("出口管制", "zh", set()),
        ("Borealis's boss: Prices rise", "en", set()),
        ("", "en", set()),
        ("REACTIONS: the boss of ACME resigns", "en", {"ACME"}),
        ("OpenAI-Modelle und KI-Attacke", "de", {"OpenAI"}),
        ("The firm of Jean-Claude Marais closes", "en", {"Jean-Claude Marais"}),
        ("輝達CEO 談 Jensen Marais", "zh", set()),
    ],
)
def test_names_by_their_capitals(title: str, language: str, names: set[str]) -> None:
    assert capitalised_names(title, language) == names


titles = st.sampled_from(
    ["Bureau adds 10 firms", "Bureau adds 12 firms", "It costs $1bn", "It costs 1 billion dollars",
     "From 1 March 2027", "Shares of Acme fall", "12家企业", "Nothing at all", ""]
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn) -> list[Telling]:
    members = []
    for number in range(draw(st.integers(1, 6))):
        seen = NOON + draw(st.integers(0, 5)) * HOUR
        former = tuple(
            FormerTitle(draw(titles), seen + (at + 1) * HOUR)
            for at in range(draw(st.integers(0, 2)))
        )
        gone = draw(st.none() | st.integers(1, 9))
        members.append(
            telling(
                number,
                draw(titles),
                draw(st.sampled_from(["a", "b", "c", "d"])),
                first_seen_at=seen,
                host=draw(st.sampled_from(["", "x.gov"])),
                former=former,
                withdrawn_at=None if gone is None else seen + gone * HOUR,
            )
        )
    return members


moments = st.integers(-1, 12).map(lambda hours: NOON + hours * HOUR)


@settings(max_examples=150, deadline=None)
@given(stories(), moments, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(
    members: list[Telling], since: datetime, rng: Any
) -> None:
    shuffled = rng.sample(members, len(members))
    changes = material_changes(members, since)
    assert material_changes(shuffled, since) == changes
    assert [each.at for each in changes] == sorted(each.at for each in changes)
    assert all(each.at >= since for each in changes)


@settings(max_examples=150, deadline=None)
@given(stories(), moments, titles)
def test_copies_add_nothing(members: list[Telling], since: datetime, title: str) -> None:
    copies = [
        telling(100 + number, title, f"copying {number}", first_seen_at=NOON + 6 * HOUR, copy_of=0)
        for number in range(4)
    ]
    assert material_changes([*members, *copies], since) == material_changes(members, since)


@settings(max_examples=150, deadline=None)
@given(stories())
def test_nothing_changes_when_nothing_is_added(members: list[Telling]) -> None:
    last = max(
        at
        for each in members
        for at in (each.first_seen_at, each.withdrawn_at, *(one.until_at for one in each.former))
        if at
    )
    assert material_changes(members, last + HOUR) == ()
    assert material_changes([], NOON) == ()
    again = telling(99, members[0].title, members[0].outlet, first_seen_at=last + HOUR)
    assert material_changes([*members, again], last + HOUR) == ()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=4), st.sampled_from(["", "en", "de", "zh"])
)
def test_any_headlines_can_be_compared(headlines: list[str], language: str) -> None:
    members = [telling(at, title, language=language) for at, title in enumerate(headlines)]
    assert all(each.text for each in material_changes(members, NOON))
