"""What a feed or a reader's address brings stays text on every page; markup of entries stays tame."""

from __future__ import annotations

import json
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import Enclosure
from monitor.model.topic import Evidence, Span, StoredMatch
from monitor.parse.cleaning import clean_markup
from monitor.service.wiring import Services, utc_now
from monitor.web.markup import readable
from monitor.web.presenting import marked
from tests.store.builders import new, outcome, record, revised, watch
from tests.web.conftest import Browser
from tests.web.reading import Read

ATOM = "{http://www.w3.org/2005/Atom}"
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" style="position:fixed" x="',
    "</title></main></body><script>alert(1)</script>",
    "--></style><base href=//evil.example>",
    "<form action=//evil.example><input name=password>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<h1>Another</h1><main id=content>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7*7 }}{% raw %}",
    "`<b>` ``x`",
    "\u202emoc.live\u2066 \u2028x",
    "<b>" * 3000,
    "x" * 20_000,
)
LINKS = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    '/"><script>',
    "http://a b/",
)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_of_feeds_is_inert_on_every_page(
    services: Services, browser: Browser, payload: str
) -> None:
    at = utc_now()
    (feed,) = watch(services.store, "https://a.example/feed", now=at)
    link = LINKS[PAYLOADS.index(payload) % len(LINKS)]
    clauses = (
        Evidence(payload, payload, Span("text", 0, 5)),
        Evidence(payload, payload, Span("title", 0, 4)),
        Evidence(payload, payload),
    )
    fields = {
        "title": payload, "author": payload, "text": payload, "excerpt": payload, "language": payload[:30],
        "published_raw": payload, "tags": (payload,), "url": link, "link": link, "domain": payload,
        "html": clean_markup(payload, "https://a.example/").html,
        "enclosures": (Enclosure(link, payload),),
    }  # fmt: skip
    matches = (StoredMatch("chips", 1, 1, clauses),)
    standing = {"error": payload, "title": payload, "site_url": link, "state": "failing"}
    first = new("1", matches=matches, **(fields | {"guid": payload}))
    copy = new("2", matches=matches, **(fields | {"guid": "2"}))
    record(services.store, outcome(feed, first, copy, at=at, **standing), at)
    again = revised(1, "1", matches=matches, **(fields | {"guid": payload, "text": payload + "!"}))
    record(services.store, outcome(feed, at=at, revised=(again,), **standing), at)
    for path in (
        "/", "/entries/e1", "/entries/e2", "/stories/s1", "/topics/chips", "/feeds", f"/feeds/{feed}", "/status",
        "/digests", "/search?q=topic:chips", f"/search?q={quote(payload[:300])}", f"/{quote(payload[:200])}",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code in (200, 400, 404), path
        assert Read(answer.text).problems == [], path
    for path in ("/topics/chips.atom", "/search.atom?q=topic:chips"):
        for summary in ElementTree.fromstring(browser.get(path).content).iter(f"{ATOM}summary"):
            # Atom says HTML there (RFC 4287 section 3.1.1.2), so that text has to be escaped in it.
            assert summary.get("type") == "html"
            assert "<" not in (summary.text or "")
    assert len(json.loads(browser.get("/topics/chips.json").content)["items"]) == 2


@given(
    st.text(st.sampled_from('<>"=/ abimgh12srclt&;\n'), max_size=200), st.lists(st.text(max_size=5))
)
@settings(deadline=None, max_examples=150)
def test_any_markup_that_was_cleaned_stays_tame(markup: str, words: list[str]) -> None:
    shown = readable(clean_markup(markup, "https://a.example/").html, words)
    assert (
        Read(
            f"<title></title><main><h1></h1><h2></h2><form action='/search'></form>{shown}</main>"
        ).problems
        == []
    )


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<img src="https://a.example/p.png" alt="A &amp; B">',
         '<a class="picture" href="https://a.example/p.png" rel="noopener noreferrer nofollow">Picture: A &amp; B</a>'),
        ('<a href="https://a.example/"><img src="https://a.example/p" alt="x"></a>',
         '<a href="https://a.example/"><span class="picture">Picture: x</span></a>'),
        ("<h1>a</h1><h2>b</h2><h4>c</h4><h1>d</h1>", "<h3>a</h3><h4>b</h4><h5>c</h5><h3>d</h3>"),
        ("<h6>deep</h6>", "<h3>deep</h3>"),
        ("<main><nav>x</nav></main>", "<div><div>x</div></div>"),
        ("1 < 2", "1 &lt; 2"),
        ("<p>the chips, chipset &amp; CHIPS</p>", "<p>the <mark>chips</mark>, chipset &amp; CHIPS</p>"),
        ('<a href="https://a.example/chips">AT&amp;T chips</a>',
         '<a href="https://a.example/chips"><mark>AT&amp;T</mark> <mark>chips</mark></a>'),
        ("<p>对芯片出口</p>", "<p>对<mark>芯片</mark>出口</p>"),
    ],
)  # fmt: skip
def test_markup_is_fitted_into_the_page_and_words_are_marked(markup: str, shown: str) -> None:
    assert readable(markup, ["chips", "AT&T", "芯片", ""]) == shown


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(-3, 50), st.integers(-3, 50)), max_size=6)
)
@settings(deadline=None)
def test_marking_any_spans_keeps_the_text_and_escapes_it(
    text: str, spans: list[tuple[int, int]]
) -> None:
    shown = marked(text, spans)
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert plain == marked(text, [])
    assert "<" not in plain
