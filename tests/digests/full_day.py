"""An invented edition with every part in it, put together from values: it is looked at, and measured.

`python -m tests.digests.full_day FOLDER` writes its forms there; `--plain` leaves the public page out.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.digests.rendering import render
from monitor.model.edition import (
    Card,
    Changed,
    Coverage,
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
from tests.digests.builders import UNTIL, WINDOW

PUBLIC_URL = "https://monitor.example"

_WEEKS = (1, 2, 0, 3, 1, 0, 0, 2, 2, 1, 4, 1, 0, 1, 1, 3, 2, 2, 1, 0, 0, 2, 1, 3, 2, 2, 0, 1)


def _at(hours: float) -> datetime:
    return UNTIL - timedelta(hours=hours)


def _card(
    story: int,
    title: str,
    outlet: str,
    excerpt: str,
    *why: Reason,
    hours: float,
    others: tuple[str, ...] = (),
    copies: int = 0,
    language: str = "en",
    **more: object,
) -> Card:
    host = "".join(c if c.isalnum() else "-" for c in outlet.lower() if c.isascii()).strip("-")
    values: dict[str, object] = {
        "rank": (
            RankPart("points", 3.0),
            RankPart("title", 2.0),
            RankPart("tier", 2.0),
            RankPart("outlets", 1.58),
            RankPart("novelty", 0.5),
        ),
        **more,
    }
    return Card(
        story=story,
        title=title,
        url=f"https://{host or 'news'}.example/{story}",
        outlet=outlet,
        published_at=_at(hours),
        first_seen_at=_at(hours - 0.2),
        excerpt=excerpt,
        language=language,
        outlets=(outlet, *others),
        copies=copies,
        why=why,
        entries=(story * 10, story * 10 + 1),
        **values,  # type: ignore[arg-type]
    )


BUREAU = _card(
    101,
    "Commerce bureau adds eleven firms to the Entity List over chip resales",
    "Federal Trade Bulletin",
    "The bureau said the firms bought advanced accelerators through shell companies in three ports and "
    "resold them without a licence. The addition takes effect on publication.",
    Reason("export-controls", 3, '"entity list"', "Entity List", "title"),
    Reason("export-controls", 3, "@chips", "accelerators", "text"),
    Reason("chips", 2, "accelerator*", "accelerators", "text"),
    hours=2.5,
    others=("Harbour Post", "Semicircle Weekly", "Kupfer & Kreide"),
    copies=7,
    document=Document(
        1019, "Additions to the Entity List, docket 26-118", "https://bureau.example/26-118", "Commerce bureau"
    ),
    summary=Summary(
        "The bureau put eleven resellers on the Entity List; contracts made before have thirty days to wind down.",
        "harbour-small-2",
        3,
    ),
)  # fmt: skip

CHINESE = _card(
    102,
    "出口管制新规:十一家经销商被列入清单",
    "芯片观察",
    "新规自公布之日起生效。分析人士认为,先进加速卡的转口渠道将明显收窄,企业需要在三十天内完成合规审查。",
    Reason("export-controls", 3, "出口管制", "出口管制", "title"),
    hours=5.2,
    language="zh",
)

WEIGHTS = _card(
    104,
    "Meridian-2: weights, training code and an evaluation card",
    "Open Ledger Labs",
    "Today we release the weights of Meridian-2 in three sizes under a permissive licence. We withheld the "
    "largest checkpoint after an outside review.",
    Reason("open-weights", 5, '"open weight*" OR weights', "weights", "title"),
    Reason("ai-policy", 1, '"evaluation card"', "evaluation card", "title"),
    hours=14,
    others=("The Example Ledger",),
    copies=1,
)

GERMAN = _card(
    106,
    "Zweite Fabrik für Packaging in Grünau genehmigt",
    "Werk und Wafer",
    "Die Behörde hat den Bau unter Auflagen genehmigt. Der Betrieb soll 2028 beginnen; gefördert werden bis zu "
    "40 Prozent der Kosten.",
    Reason("Fabs & data centres", 0, "packaging", "Packaging", "title"),
    hours=7.7,
    language="de",
    revised=True,
)

ARABIC = _card(
    107,
    "هيئة الاتصالات تفتح مشاورة حول مراكز البيانات",
    "صحيفة الميناء",
    "تدعو الهيئة المشغلين إلى إبداء الرأي قبل نهاية العام.",
    Reason("Fabs & data centres", 0, "مراكز البيانات", "مراكز البيانات", "title"),
    hours=11.3,
    language="ar",
)

QUEUE = _card(
    90,
    "Licence statistics: half of all applications for accelerators now wait longer than ninety days",
    "Ostrand Policy Institute",
    "The median rose from 41 to 92 days within a year, while the number of applications fell by a fifth.",
    Reason("export-controls", 3, "licen* NEAR/8 @chips", "Licence statistics", "title"),
    hours=9,
    others=("Harbour Post",),
    topic_title="Export controls",
)

REGISTER = _card(
    95,
    "Registre des décisions automatisées : le rapport adopté en commission",
    "La Gazette du Canal",
    "Les membres ont adopté le rapport par 14 voix contre 3.",
    Reason("ai-policy", 1, '"décision* automatisée*"', "décisions automatisées", "title"),
    hours=20,
    language="fr",
    topic_title="AI policy",
)

OFFICIAL = _card(
    120,
    "Report A-214/2026 on automated decisions in public services",
    "Parliament Gazette",
    "It asks for a public register of systems and a right to a reasoned answer within thirty days.",
    Reason("ai-policy", 1, '"automated decision*"', "automated decisions", "title"),
    hours=19,
    topic_title="AI policy",
)


def edition(page_url: str = PUBLIC_URL) -> Edition:
    """The edition, of Monday 23 November 2026."""
    return Edition(
        digest="daily",
        title="AI policy",
        id="daily-2026-11-23",
        slot="2026-11-23T07:00",
        local_on=date(2026, 11, 23),
        window=WINDOW,
        coverage=_COVERAGE,
        sections=(
            Section(topic="export-controls", title="Export controls", cards=(BUREAU, CHINESE), more=17),
            Section(topic="open-weights", title="Open-weight models", cards=(WEIGHTS,)),
            Section(
                topic="", title="Fabs & data centres", cards=(GERMAN, ARABIC), more=2,
                query="packaging OR \"data centre*\" OR مراكز",
            ),
        ),
        quiet=("Liability", "Biometrics"),
        leads=tuple(_lead(card, topic) for card, topic in (
            (BUREAU, "Export controls"), (WEIGHTS, "Open-weight models"), (GERMAN, "Fabs & data centres"))),
        developing=(
            Development(
                QUEUE, ("2 more independent outlets", "first official statement"),
                "daily-2026-11-21", date(2026, 11, 21),
            ),
            Development(REGISTER, ("a figure: 14 to 3",), "daily-2026-11-20", date(2026, 11, 20)),
        ),
        more_developing=1,
        documents=(OFFICIAL,),
        more_documents=2,
        quotes=_QUOTES,
        changed=_CHANGED,
        more_changed=1,
        volumes=_VOLUMES,
        near_misses=_NEAR_MISSES,
        notes=("Stories of 21 November were grouped anew on Sunday.",),
        page_url=page_url,
    )  # fmt: skip


def _lead(card: Card, topic_title: str) -> Lead:
    return Lead(
        card.story, card.title, card.url, card.outlet, len(card.outlets), topic_title, card.language
    )


_COVERAGE = Coverage(
    feeds=43,
    ok=41,
    failing=1,
    silent=1,
    checked=41,
    entries_seen=1204,
    entries_matched=63,
    copies_folded=12,
    stories=31,
    told_before=3,
    troubles=(
        Trouble(
            "Harbour Authority notices",
            "https://harbour.example/rss",
            "failing",
            "the certificate expired on 20 November",
            _at(51),
        ),
        Trouble(
            "Quiet Valley Institute",
            "https://quiet.example/feed",
            "silent",
            "",
            _at(96),
            timedelta(hours=4),
        ),
    ),
)

_QUOTES = (
    Quote(
        text="A licence that nobody can get is a ban that nobody has to defend.",
        speaker="Ines Halvorsen",
        outlet="Harbour Post",
        url="https://harbour-post.example/1012",
        entry=1012,
        story=101,
        language="en",
    ),
    Quote(
        text="Das Wasser gehört nicht der Fabrik.",
        speaker="Jonas Reetz",
        outlet="Werk und Wafer",
        url="https://werk-und-wafer.example/106",
        entry=1060,
        story=106,
        language="de",
    ),
)

_CHANGED = (
    Changed(
        kind="edited",
        entry=870,
        title="Grid operator puts data centre queue at 27 gigawatts",
        before="Grid operator puts data centre queue at 72 gigawatts",
        outlet="Grid & Compute",
        url="https://grid.example/870",
        at=_at(6),
        told_in="daily-2026-11-20",
        language="en",
    ),
    Changed(
        kind="withdrawn",
        entry=871,
        title="Ministry said to drop the compute threshold",
        before="",
        outlet="Civic Wire",
        url="https://civic-wire.example/871",
        at=_at(3),
        told_in="daily-2026-11-21",
        language="en",
    ),
)

_VOLUMES = (
    Volume(
        topic="export-controls",
        title="Export controls",
        count=19,
        span=1,
        low=1,
        high=6,
        days=(*(2 * count + 1 for count in _WEEKS), 19),
        unusual="many",
        chance=0.0004,
    ),
    Volume(
        topic="open-weights",
        title="Open-weight models",
        count=1,
        span=1,
        low=0,
        high=3,
        days=(*_WEEKS, 1),
    ),
    Volume(
        topic="liability",
        title="Liability",
        count=0,
        span=1,
        low=2,
        high=8,
        days=(*(count + 3 for count in _WEEKS), 0),
        unusual="few",
        chance=0.008,
    ),
    Volume(
        topic="biometrics", title="Biometrics", count=0, span=1, low=None, high=None, days=(0, 1, 0)
    ),
)

_NEAR_MISSES = (
    NearlyMatched(
        entry=1101,
        topic="export-controls",
        topic_title="Export controls",
        title="Port fines reseller over undeclared server shipment",
        outlet="Delta Courier",
        url="https://delta-courier.example/1101",
        note="“server shipment” is not among @chips",
        language="en",
    ),
    NearlyMatched(
        entry=1102,
        topic="open-weights",
        topic_title="Open-weight models",
        title="Universität veröffentlicht Sprachmodell für Gerichte",
        outlet="Kupfer & Kreide",
        url="https://kupfer.example/1102",
        note="one word short of the floor of 2 points",
        language="de",
    ),
)


def main(folder: Path, page_url: str) -> None:
    """Write the forms that are looked at."""
    rendered = render(edition(page_url))
    for name, text in (
        ("html", rendered.html),
        ("txt", rendered.text),
        ("md", rendered.markdown),
        ("json", rendered.json),
    ):
        (folder / f"full_day.{name}").write_text(text, encoding="utf-8")
    print(rendered.subject, len(rendered.html.encode()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), "" if "--plain" in sys.argv else PUBLIC_URL)
