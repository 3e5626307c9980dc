"""The entries of the sample's invented day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.entry import Entry
from monitor.model.topic import Evidence, Span, StoredMatch, TextField
from tests.digests.builders import UNTIL, an_entry

QUERY = "query:1"
"""What matches of the section that is given by a query name instead of a topic."""

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
    tags: tuple[str, ...] = ()
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
        "Bureau of Trade Security",
        "Final rule: additions to the Entity List",
        "This rule adds eleven entities under eighteen entries. Accelerators and the tools to make them are covered.",
        _BUREAU,
        101,
        2.7,
        tags=("official",),
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
    _Told(
        "Court Circular",
        "Appeal over seized accelerators: hearing set for 14 January",
        "The court of trade appeals will hear both sides in one sitting. The importer says that the export controls in "
        "force at the time did not name its accelerators; the customs office says that they did.",
        _BUREAU[:1] + _BUREAU[3:],
        109,
        6.5,
    ),
    _Told(
        "Harbour Post",
        "Importer and customs to meet in court over 4,200 accelerators",
        "Both sides call it a test of export controls.",
        _BUREAU[:1] + _BUREAU[3:],
        109,
        6.0,
    ),
    _Told(
        "Civic Wire",
        "Tribunal asks whether a chatbot’s answer is a publication",
        "Three questions go to the parties, who have until 11 December. The case turns on who spoke when a public "
        "office let a model answer for it.",
        ((QUERY, "tribunal OR court", "Tribunal"),),
        110,
        8.2,
    ),
    _Told(
        "Ministry of Digital Affairs",
        "Draft act on reporting the compute of training runs: text, annex and call for comments",
        "The draft sets a threshold of compute above which a training run is reported ninety days ahead. Comments are taken "
        "until 15 January. The annex lists what a report holds.",
        (("ai-policy", "threshold* NEAR/6 compute", "threshold of compute"),),
        111,
        10.0,
        tier=1,
        tags=("official",),
    ),
    _Told(
        "Delta Courier",
        "Packaging plants ask for more time",
        "They want until summer.",
        (("chips", "packaging", "Packaging"),),
        112,
        3.1,
    ),
)


def entries() -> list[Entry]:
    """The day's entries, copies included, with growing ids."""
    made: list[Entry] = []
    for one in sorted(_DAY, key=lambda each: -each.hours):
        original = _entry(len(made) + 1, one, one.outlet, None)
        made.append(original)
        made += [
            _entry(original.id + n, one, outlet, original.id)
            for n, outlet in enumerate(one.copies, start=1)
        ]
    return made


def _entry(number: int, one: _Told, outlet: str, copy_of: int | None) -> Entry:
    seen: datetime = UNTIL - timedelta(hours=one.hours) + timedelta(minutes=7)
    return an_entry(
        number,
        title=one.title,
        url=f"https://{'-'.join(word for word in outlet.lower().split() if word.isalpha())}.example/{number}",
        outlet=outlet,
        tier=one.tier,
        excerpt=one.text,
        text=one.text,
        language=one.language,
        matches=_matches(one),
        story=one.story,
        copy_of=copy_of,
        feed_tags=one.tags,
        published_at=seen - timedelta(minutes=7),
        first_seen_at=seen,
        revised_at=UNTIL if one.revised else None,
    )


def _matches(one: _Told) -> list[StoredMatch]:
    topics = dict.fromkeys(topic for topic, _, _ in one.why)
    return [
        StoredMatch(
            topic,
            0 if topic == QUERY else 3,
            1,
            tuple(
                _evidence(one, clause, words) for name, clause, words in one.why if name == topic
            ),
        )
        for topic in topics
    ]


def _evidence(one: _Told, clause: str, words: str) -> Evidence:
    fields: tuple[tuple[TextField, str], ...] = (("title", one.title), ("text", one.text))
    for field, text in fields:
        start = text.lower().find(words.lower())
        if start >= 0:
            return Evidence(
                clause, text[start : start + len(words)], Span(field, start, start + len(words))
            )
    return Evidence(clause, words)
