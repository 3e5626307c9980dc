"""A whole invented day: the edition whose picture is looked at, and that the size test renders.

`python -m tests.digests.sample FOLDER` writes its forms there.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.digests.composing import compose
from monitor.digests.rendering import render
from monitor.model.digest import Digest
from monitor.model.edition import Edition, Gathered, Quote, Rendered, Trouble
from tests.digests.builders import (
    DUE,
    UNTIL,
    a_change,
    a_changed,
    a_coverage,
    a_digest,
    a_near_miss,
    a_section_query,
    a_topic,
    a_volume,
    told,
)
from tests.digests.sample_day import entries

TOPICS = (
    a_topic("export-controls", "Export controls"),
    a_topic("open-weights", "Open-weight models"),
    a_topic("chips", "Chips and compute"),
    a_topic("ai-policy", "AI policy"),
)


def digest() -> Digest:
    """The digest the day is composed for."""
    return a_digest(sections=(a_section_query(title="In the courts", query="tribunal OR court"),))


def gathered() -> Gathered:
    """All of the day: two feeds in trouble, two stories told before of which one has news."""
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
    return Gathered(
        entries=tuple(entries()),
        coverage=coverage,
        told={109: told("daily-2026-11-20-0700", 3), 112: told("daily-2026-11-22-0700", 1)},
        changes={
            109: (
                a_change("figure", "new figure: 4,200 accelerators"),
                a_change("date", "new date: 14 January"),
                a_change("outlets", "4 independent outlets, not 2"),
            )
        },
        changed=(
            a_changed(
                71,
                title="Ministry names nine ports in its licence review",
                before="Ministry names seven ports in its licence review",
                outlet="Harbour Post",
            ),
            a_changed(
                64,
                title="Laboratory to pause its largest training run",
                outlet="The Valley Sun",
                withdrawn=True,
            ),
        ),
        volumes=(
            a_volume(
                "export-controls",
                "Export controls",
                days=(
                    1,
                    2,
                    0,
                    3,
                    1,
                    0,
                    0,
                    2,
                    1,
                    2,
                    2,
                    1,
                    0,
                    1,
                    3,
                    2,
                    1,
                    0,
                    2,
                    0,
                    0,
                    1,
                    2,
                    1,
                    3,
                    2,
                    0,
                    1,
                    8,
                ),
                low=0,
                high=4,
            ),
            a_volume(
                "open-weights",
                "Open-weight models",
                days=(
                    2,
                    3,
                    1,
                    4,
                    2,
                    0,
                    1,
                    3,
                    2,
                    2,
                    1,
                    3,
                    1,
                    0,
                    2,
                    4,
                    3,
                    1,
                    2,
                    0,
                    1,
                    2,
                    3,
                    2,
                    1,
                    4,
                    0,
                    1,
                    2,
                ),
                low=0,
                high=5,
            ),
            a_volume("chips", "Chips and compute"),
            a_volume("ai-policy", "AI policy", days=(4, 6, 3, 5, 2), low=None, high=None),
        ),
        near_misses=(
            a_near_miss(
                41,
                title="Tool makers warn of slower licensing for lithography",
                outlet="Werk und Wafer",
            ),
            a_near_miss(
                43,
                title="Port authority counts fewer transshipments of server racks",
                outlet="Harbour Post",
                note="has “transshipments”, but its points of 0 stay below the floor of 1",
            ),
        ),
        page_url="https://monitor.example",
    )


QUOTES = (
    Quote(
        text="No grace period applies to tools that make tools.",
        speaker="Under-Secretary Ines Valdur",
        outlet="Harbour Post",
        url="https://harbour-post.example/20",
        entry=20,
        story=101,
        language="en",
    ),
    Quote(
        text="An open model whose card hides its failures is not open.",
        speaker="Tomas Reyl, who led the outside review",
        outlet="The Example Ledger",
        url="https://the-example-ledger.example/5",
        entry=5,
        story=104,
        language="en",
    ),
)


def edition(edition_id: str = "daily-2026-11-23-0700") -> Edition:
    """The day's edition, in which every part has something."""
    composed = compose(digest(), DUE, TOPICS, gathered(), edition_id)
    return replace(composed, quotes=QUOTES)


def write(folder: Path, rendered: Rendered) -> None:
    """Write the forms that are looked at."""
    for name, text in (("html", rendered.html), ("txt", rendered.text), ("md", rendered.markdown)):
        (folder / f"sample.{name}").write_text(text, encoding="utf-8")
    (folder / "sample.json").write_text(rendered.json, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), render(edition()))
