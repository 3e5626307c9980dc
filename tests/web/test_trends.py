"""The pages Trends, and the geometry of their charts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.charts import Column, chart, ticks
from tests.web.conftest import Browser
from tests.web.reading import Read


def topic_of(browser: Browser) -> str:
    return str(browser.get("/api/search?q=entity").json()["results"][0]["topics"][0])


def test_the_overview_has_a_row_and_a_table_for_every_topic(reader: Browser) -> None:
    page = Read(reader.get("/trends").text)
    assert page.problems == []
    names = [each["name"] for each in reader.get("/api/topics").json()["topics"]]
    assert all(f"/trends/{name}?days=90" in page.links for name in names)
    assert "not enough is known yet" in page.text


@pytest.mark.parametrize(
    "asked", ["", "?from=2020-01-01", "?by=week", "?more=true", "?by=nonsense"]
)
def test_one_topic_has_a_chart_a_table_and_ways_on(reader: Browser, asked: str) -> None:
    topic = topic_of(reader)
    answer = reader.get(f"/trends/{topic}{asked}")
    page = Read(answer.text)
    assert page.problems == []
    assert "As a table" in page.text
    assert answer.text.count('class="bar') >= 1
    assert any("from=" in link for link in page.links)


def test_what_it_is_made_of_comes_by_itself_or_with_the_page(reader: Browser) -> None:
    topic = topic_of(reader)
    part = reader.get(f"/trends/{topic}/made-of").text
    assert "Who tells it" in part
    assert "The Gazette" in part
    assert "<html" not in part
    assert "The Gazette" in reader.get(f"/trends/{topic}?more=true").text


def test_what_is_no_span_is_said(reader: Browser) -> None:
    topic = topic_of(reader)
    for asked in ("?from=soon", "?to=2026-02-30", "?from=2999-01-01"):
        assert reader.get(f"/trends/{topic}{asked}").status_code == 400
    assert reader.get("/trends/nothing-such").status_code == 404


def test_a_day_leads_to_its_entries_and_they_are_there(reader: Browser) -> None:
    topic = topic_of(reader)
    page = Read(reader.get(f"/trends/{topic}").text)
    days = [link for link in page.links if link.startswith("/search?")]
    found = [reader.get(link).text for link in days[88:92]]
    assert any(re.search("Ministry", text) for text in found)


@given(
    st.lists(
        st.builds(
            Column,
            st.just("a day"),
            st.integers(0, 10**7),
            st.none() | st.integers(0, 50),
            st.none() | st.integers(50, 10**6),
        ),
        max_size=400,
    )
)
def test_every_bar_lies_within_the_drawing(columns: list[Column]) -> None:
    drawn = chart(columns)
    assert len(drawn.boxes) == len(columns)
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width
        assert box.width >= 0
        assert -0.1 <= box.y <= drawn.height
        assert abs(box.y + box.height - drawn.height) < 0.1
    assert 1 <= len(drawn.lines) <= 5
    assert all(0 <= float(each) <= 720.1 for each in re.findall(r"H(-?[\d.]+)", drawn.usual))


def test_three_or_four_dates_stand_under_a_chart() -> None:
    shown = ticks([f"d{n}" for n in range(30)], 300)
    assert [(each.text, each.x, each.anchor) for each in shown] == [
        ("d0", 0.0, "start"), ("d10", 105.0, "middle"), ("d19", 195.0, "middle"), ("d29", 300.0, "end"),
    ]  # fmt: skip
    assert [each.text for each in ticks(["a", "b", "c"])] == ["a", "b", "c"]
    assert [each.text for each in ticks(["a"])] == ["a"]
    assert ticks([]) == ()
