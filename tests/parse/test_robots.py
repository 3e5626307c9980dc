"""robots.txt, RFC 9309: what it asks of us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.robots import LONGEST_DELAY, SIZE_CAP, ask_robots, robots_text

pytest.importorskip("protego", reason="the extra `fulltext` is not installed")

US = ("ai-policy-monitor",)
PAGE = "https://news.example/world/a.html?x=1"


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("user-agent: *\ndisallow: /world/\n", False),
        ("User-agent: *\nDisallow: /world/\nAllow: /world/a\n", True),
        ("User-agent: *\nDisallow: /*.html\n", False),
        ("User-agent: *\nDisallow: /*.html$\n", True),
        ("User-agent: *\nDisallow: /*?x=\n", False),
        ("User-agent: *\nAllow: /\n\nUser-agent: AI-Policy-Monitor\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ai-policy-monitor\nDisallow: /b\n", True),
        ("User-agent: x\nUser-agent: ai-policy-monitor\nDisallow: /\n", False),
        ("User-agent: monitor\nDisallow: /\n", True),
        ("Disallow: /\n", True),
        ("User-agent: *\r\nDisallow: / # all\r\n", False),
    ],
)
def test_rules(rules: str, allowed: bool) -> None:
    assert ask_robots(rules, PAGE, US).allowed is allowed


def test_a_page_must_be_allowed_for_every_name_and_the_longest_delay_holds() -> None:
    rules = "User-agent: a\nCrawl-delay: 3\n\nUser-agent: b\nDisallow: /\nCrawl-delay: 9\n"
    assert ask_robots(rules, PAGE, ("a",)).allowed
    both = ask_robots(rules, PAGE, ("a", "b"))
    assert (both.allowed, both.delay) == (False, timedelta(seconds=9))


@pytest.mark.parametrize(
    ("written", "delay"),
    [
        ("10", timedelta(seconds=10)),
        ("0.5", timedelta(seconds=0.5)),
        ("-1", timedelta(0)),
        ("nan", timedelta(0)),
        ("inf", timedelta(0)),
        ("soon", timedelta(0)),
        ("1e300", LONGEST_DELAY),
    ],
)
def test_crawl_delays(written: str, delay: timedelta) -> None:
    assert ask_robots(f"User-agent: *\nCrawl-delay: {written}\n", PAGE, US).delay == delay


def test_a_line_cut_by_the_cap_is_left_out() -> None:
    body = b"User-agent: *\n" + b"Disallow: /abc\n" * 60_000
    text = robots_text(body)
    assert SIZE_CAP - 15 < len(text) <= SIZE_CAP
    assert set(text.splitlines()[1:]) == {"Disallow: /abc"}
    assert robots_text(b"x" * (SIZE_CAP + 1)) == ""
    assert robots_text(b"\xef\xbb\xbfUser-agent: *\x00") == "User-agent: *"


@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer(body: bytes) -> None:
    say = ask_robots(robots_text(b"User-agent: *\n" + body), PAGE, US)
    assert timedelta(0) <= say.delay <= LONGEST_DELAY
