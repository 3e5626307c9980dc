import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.cleaning import (
    FIELD_CAP,
    clean_markup,
    clean_plain,
    markup_text,
    plain,
    shortened,
)

BASE = "https://site.example/2026/entry.html"
UNSAFE = re.compile(
    r"<\s*(script|style|iframe|svg|math|form|input|object|embed|base|meta|link|button|textarea)"
    r"|\bon\w+\s*=|javascript:|vbscript:|data:|\b(?:class|id|style|srcdoc|target)=",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("one<br>two<br/>three", "one two three"),
        ("<ul><li>one<li>two</ul>three", "one two three"),
        ("<table><tr><td>one<td>two</table>", "one two"),
        ("one<center>two</center>three", "one two three"),
        ("one<form>two</form>three", "one two three"),
        ("one<o:p>two</o:p>three", "one two three"),
        ("one<script>bad()</script>two", "one two"),
        ("one<style>p {}</style>two", "one two"),
        ("<a href='/a'>one</a><a href='/b'>two</a>", "one two"),
        ("ex<b>port</b> con<wbr>trol", "export control"),
        ("H<sub>2</sub>O", "H2O"),
        ("10<sup>26</sup>", "10 26"),
        ("<font color=red>ex</font>port", "export"),
        ("AT&amp;T &lt;b&gt; &amp;amp;", "AT&T <b> &amp;"),
        ("one&nbsp;two&#160;three", "one two three"),
        ("a < b and c > d", "a < b and c > d"),
        ('<p title="a > b">one</p>two', "one two"),
        ("<!-- hidden -->seen<!-- <p>hidden -->", "seen"),
        ("<p>bad\x00\x07\ud800 chars&#7;&#xD800;", None),
    ],
)
def test_words_are_never_glued_and_entities_decoded_once(markup: str, text: str | None) -> None:
    got = clean_markup(markup, BASE).text
    if text is None:
        assert got.isprintable()
    else:
        assert got == text
        assert markup_text(markup) == text


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="jav&#x09;ascript:alert(1)">x</a>',
        "<svg/onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        "<form action=//evil><input type=password><button>Log in</button></form>",
        '<p style="position:fixed" class="x" id="y">x</p>',
        "<base href=//evil/><meta http-equiv=refresh content=0>",
        '<a href="data:text/html,x" target=_blank>x</a>',
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<xmp><p title='</xmp><script>alert(1)</script>'>",
        "<scr\x00ipt>alert(1)</scr\x00ipt>",
        "<a href='java\x08script:alert(1)'>x</a>",
    ],
)
def test_nothing_that_acts_is_left(payload: str) -> None:
    assert not UNSAFE.search(clean_markup(f"before {payload} after", BASE).html)


def test_links_are_resolved_and_marked() -> None:
    html = clean_markup('<a href="../x">x</a> <a href="#note">n</a> <img src="/i.png">', BASE).html
    assert 'href="https://site.example/x"' in html
    assert 'href="https://site.example/2026/entry.html#note"' in html
    assert 'src="https://site.example/i.png"' in html
    assert html.count('rel="noopener noreferrer"') == 2


def test_relative_links_without_a_usable_base_are_dropped() -> None:
    assert "href" not in clean_markup('<a href="../x">x</a>', "http://[").html


@pytest.mark.parametrize(
    "image",
    [
        '<img width="1" height="1" src="https://count.example/p.gif">',
        "<img src='https://count.example/p.gif' height=1 width=1>",
        '<img src="https://count.example/p.gif" width="0" height="0px" />',
        '<img alt="nothing">',
        '<img src="">',
        '<img src="data:image/gif;base64,R0lGOD">',
        '<img src="mailto:a@b.example">',
    ],
)
def test_images_that_only_count_or_show_nothing_are_dropped(image: str) -> None:
    assert "<img" not in clean_markup(f"<p>text {image}</p>", BASE).html


def test_images_are_kept_with_address_and_words_only() -> None:
    kept = clean_markup(
        '<img src="https://a.example/p.png" alt="A chart" width="600" height="1" '
        'loading="lazy" srcset="x 2x" onclick="x()">',
        BASE,
    ).html
    assert 'src="https://a.example/p.png"' in kept
    assert 'alt="A chart"' in kept
    assert "srcset" not in kept


def test_what_is_shown_is_capped_and_what_is_matched_goes_on() -> None:
    markup = "<p>filler words here</p>" * 6000 + "<script>hidden</script><p>needle</p>"
    cleaned = clean_markup(markup, BASE)
    assert cleaned.cut
    assert len(cleaned.html) <= FIELD_CAP + 1000
    assert cleaned.text.endswith("here needle")


def test_no_piece_of_a_long_text_shows_the_inside_of_a_script() -> None:
    markup = f"<p>start</p><script>{'var secret = 1; ' * 10_000}</script><p>end</p>"
    assert clean_markup(markup, BASE).text == "start end"


def test_plain_text_becomes_paragraphs() -> None:
    cleaned = clean_plain("One <b> & two\nlines.\n\nSecond.")
    assert cleaned.html == "<p>One &lt;b&gt; &amp; two\nlines.</p><p>Second.</p>"
    assert cleaned.text == "One <b> & two lines. Second."


def test_bidirectional_marks_stay_and_controls_go() -> None:
    assert plain("a\u202eb\x00c\x1b\ud800 \t\n d\u2028e\ufeff") == "a\u202ebc d e"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("short", "short"),
        ("One sentence here. Another one follows at length.", "One sentence here."),
        ("no sentence end in all of these words at all", "no sentence end in all of…"),
        ("x" * 50, "x" * 29 + "…"),
        ("芯片出口管制新规今日公布并立即生效。业界普遍感到意外但是没有公开评论", None),
    ],
)
def test_cut_at_a_sentence_or_a_word(text: str, cut: str | None) -> None:
    assert len(shortened(text, 30)) <= 30
    if cut:
        assert shortened(text, 30) == cut


PIECES = """<p> </p> <b> </b> <i> <a href=/x> <a> </a> <table> <tr> <td> </table> <form> <pre>
</pre> <svg> </svg> <math> <style> </style> <script> </script> <!-- --> <![CDATA[ ]]> <br> <li> <ul>
<h1> <select> <noscript> <template> <img src=x> <font> <nobr> <ruby> <rt> &lt; &amp; &#0; &#8; &nbsp;
&amp;lt; text 芯片 < > " ' ="""
pieces = st.sampled_from([*PIECES.split(), "<pre>\n", "\n", "\x08", "\ud800", "\u202e"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=25).map("".join))
def test_any_markup_comes_out_safe_and_stable(markup: str) -> None:
    cleaned = clean_markup(markup, BASE)
    again = clean_markup(cleaned.html, BASE)
    assert again.html == cleaned.html
    assert not re.search(r"<(script|style|svg|math|form|iframe|select|template)\b", cleaned.html)
    for text in (cleaned.html, cleaned.text, markup_text(markup)):
        text.encode("utf-8")
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
