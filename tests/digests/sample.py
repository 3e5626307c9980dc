"""A whole invented day: the edition whose picture is looked at, and that the size test renders.

`python -m tests.digests.sample FOLDER` writes its forms there.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.digests.composing import compose
from monitor.digests.rendering import render
from monitor.model.edition import Edition, Rendered, Trouble
from monitor.model.entry import Entry
from monitor.model.topic import Evidence, Span, StoredMatch, TextField
from tests.digests.builders import DUE, UNTIL, a_coverage, a_digest, a_topic, an_entry

TOPICS = (
    a_topic("export-controls", "Export controls"),
    a_topic("open-weights", "Open-weight models"),
    a_topic("chips", "Chips and compute"),
    a_topic("ai-policy", "AI policy"),
)

# topic, clause, words: the words are looked up in the headline, then in the text.
_Why = tuple[str, str, str]


@dataclass(frozen=True)
class _Told:
    outlet: str
    title: str
    text: str
    why: tuple[_Why, ...]
    story: int
    hours: float
    tier: int = 2
    language: str = "en"
    copies: tuple[str, ...] = ()
    revised: bool = False


_BUREAU = (
    ("export-controls", '"export control*"', "export controls"),
    ("export-controls", '"entity list"', "Entity List"),
    ("export-controls", "@chips", "accelerators"),
    ("chips", "accelerator*", "accelerators"),
)

_DAY = (
    _Told(
        "Federal Trade Bulletin",
        "Commerce bureau adds eleven firms to the Entity List over chip resales",
        "The bureau said the firms bought advanced accelerators through shell companies in three ports and "
        "resold them without a licence. The addition takes effect on publication. Existing contracts have "
        "thirty days to wind down, and no grace period applies to export controls on tools.",
        _BUREAU,
        101,
        2.5,
        tier=1,
    ),
    _Told(
        "Harbour Post",
        "Eleven chip resellers put on Entity List",
        "Export controls on accelerators tighten again.",
        _BUREAU,
        101,
        2.1,
        copies=("Delta Courier", "Lakeside Times", "Northern Wire Digest", "The Valley Sun"),
    ),
    _Told(
        "Semicircle Weekly",
        "What the Entity List additions mean for accelerators",
        "Our reading of the new export controls.",
        _BUREAU,
        101,
        1.2,
    ),
    _Told(
        "Kupfer & Kreide",
        "Elf Händler auf der Entity List",
        "Export controls, accelerators.",
        _BUREAU,
        101,
        1.0,
        language="de",
    ),
    _Told(
        "芯片观察",
        "出口管制新规:十一家经销商被列入清单",
        "新规自公布之日起生效。分析人士认为,先进加速卡的转口渠道将明显收窄,企业需要在三十天内完成合规审查。"
        "行业协会表示将尽快提交意见,并要求对已签合同给予更长的过渡期。",
        (("export-controls", "出口管制", "出口管制"), ("chips", "加速卡", "加速卡")),
        102,
        5.2,
        language="zh",
    ),
    _Told(
        "Ostrand Policy Institute",
        "Licence statistics: half of all applications for accelerators now wait longer than ninety days",
        "A new table in the quarterly release shows how long applications wait. The median rose from 41 to 92 "
        "days within a year, while the number of applications fell by a fifth. The authors name two causes: staff "
        "shortages, and a rule that sends every case to a second department whatever its value.",
        (
            (
                "export-controls",
                "licen* NEAR/8 @chips",
                "Licence statistics: half of all applications for accelerators",
            ),
            ("chips", "accelerator*", "accelerators"),
        ),
        103,
        9.0,
        tier=1,
        revised=True,
    ),
    _Told(
        "Open Ledger Labs",
        "Meridian-2: weights, training code and an evaluation card",
        "Today we release the weights of Meridian-2 in three sizes under a permissive licence. The card lists what we "
        "measured and what we did not. We withheld the largest checkpoint after an outside review.",
        (
            ("open-weights", '"open weight*" OR weights', "weights"),
            ("ai-policy", '"evaluation card"', "evaluation card"),
        ),
        104,
        14.0,
        tier=1,
    ),
    _Told(
        "The Example Ledger",
        "Laboratory holds back its largest checkpoint after review",
        "The weights of the smaller models are public.",
        (("open-weights", "weights", "weights"),),
        104,
        12.5,
        copies=("Delta Courier",),
    ),
    _Told(
        "Signal & Statute",
        "Does a frontier threshold by compute still make sense once weights are open?",
        "Two thresholds, one in law and one in a voluntary code, count operations in training. We look at four "
        "models released this autumn and find that none of them would have been caught by both.",
        (
            ("open-weights", "weights", "weights"),
            ("ai-policy", "threshold* NEAR/6 compute", "threshold by compute"),
        ),
        105,
        17.4,
    ),
    _Told(
        "Werk und Wafer",
        "Zweite Fabrik für Packaging in Grünau genehmigt",
        "Die Behörde hat den Bau unter Auflagen genehmigt. Der Betrieb soll 2028 beginnen; gefördert werden bis zu "
        "40 Prozent der Kosten. Anwohner haben Einspruch gegen die Wasserentnahme angekündigt.",
        (("chips", "packaging", "Packaging"),),
        106,
        7.7,
        language="de",
    ),
    _Told(
        "Grid & Compute",
        "Data centre queue for grid connections passes 30 gigawatts",
        "The operator published the queue for the first time. Nine in ten requests name machine learning as the main "
        "load.",
        (("chips", '"data centre*"', "Data centre"),),
        107,
        11.3,
    ),
    _Told(
        "Parliament Gazette",
        "Committee adopts report on automated decisions in public services",
        "Members voted 14 to 3 for the report. It asks for a public register of systems, a right to a reasoned "
        "answer within thirty days, and a budget line for independent audits from next year on.",
        (
            ("ai-policy", '"automated decision*"', "automated decisions"),
            ("ai-policy", "regist*", "register"),
        ),
        108,
        20.0,
        tier=1,
    ),
    _Told(
        "Civic Wire",
        "Register of automated decisions a step closer",
        "The committee adopted its report.",
        (("ai-policy", '"automated decision*"', "automated decisions"),),
        108,
        19.0,
    ),
)


def entries() -> list[Entry]:
    """The day's entries, copies included, with growing ids."""
    made: list[Entry] = []
    for told in sorted(_DAY, key=lambda one: -one.hours):
        original = _entry(len(made) + 1, told, told.outlet, None)
        made.append(original)
        made += [
            _entry(original.id + n, told, outlet, original.id)
            for n, outlet in enumerate(told.copies, start=1)
        ]
    return made


def edition(edition_id: str = "daily-2026-11-23-0700") -> Edition:
    """The day's edition, with one failing and one silent feed."""
    coverage = a_coverage(
        troubles=(
            Trouble(
                "Harbour Authority notices",
                "https://harbour.example/rss",
                "failing",
                "the certificate expired on 20 November",
                UNTIL - timedelta(days=3, hours=3),
            ),
            Trouble(
                "Quiet Valley Institute",
                "https://quiet.example/feed",
                "silent",
                "usually 6 entries a day",
                UNTIL - timedelta(days=4),
            ),
        )
    )
    return compose(a_digest(), DUE, TOPICS, entries(), coverage, edition_id)


def _entry(number: int, told: _Told, outlet: str, copy_of: int | None) -> Entry:
    seen: datetime = UNTIL - timedelta(hours=told.hours) + timedelta(minutes=7)
    return an_entry(
        number,
        title=told.title,
        url=f"https://{'-'.join(word for word in outlet.lower().split() if word.isalpha())}.example/{number}",
        outlet=outlet,
        tier=told.tier,
        excerpt=told.text,
        text=told.text,
        language=told.language,
        matches=_matches(told),
        story=told.story,
        copy_of=copy_of,
        published_at=seen - timedelta(minutes=7),
        first_seen_at=seen,
        revised_at=UNTIL if told.revised else None,
    )


def _matches(told: _Told) -> list[StoredMatch]:
    topics = dict.fromkeys(topic for topic, _, _ in told.why)
    return [
        StoredMatch(
            topic,
            3,
            1,
            tuple(
                _evidence(told, clause, words) for name, clause, words in told.why if name == topic
            ),
        )
        for topic in topics
    ]


def _evidence(told: _Told, clause: str, words: str) -> Evidence:
    fields: tuple[tuple[TextField, str], ...] = (("title", told.title), ("text", told.text))
    for field, text in fields:
        start = text.lower().find(words.lower())
        if start >= 0:
            return Evidence(
                clause, text[start : start + len(words)], Span(field, start, start + len(words))
            )
    return Evidence(clause, words)


def write(folder: Path, rendered: Rendered) -> None:
    """Write the forms that are looked at."""
    for name, text in (("html", rendered.html), ("txt", rendered.text), ("md", rendered.markdown)):
        (folder / f"sample.{name}").write_text(text, encoding="utf-8")
    (folder / "sample.json").write_text(rendered.json, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), render(edition()))
