"""What matching one new entry against 50 topics costs, on one core.

`python -m benchmarks.matching HOME` takes the entries of a home (one kept by `benchmarks.corpus --keep`,
or made by `benchmarks.big_store`), the topics of the starter pack and as many made from its lists as
make 50, and matches every entry as a refresh does: folded once, all topics, evidence and all. It
prints the mean, the share of folding, and the same with the four topics of the pack alone.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.model.search import Candidates
from monitor.model.topic import Boost, Topic
from monitor.query import Document, document_of
from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from monitor.topics import compile_topics, index_topics, match_all

WANTED = 50
AT_ONCE = 200
"""Entries that are matched together, as a refresh brings them."""

FIRMS = (
    "Nvidia", "TSMC", "ASML", "Intel", "AMD", "Samsung", "SK Hynix", "Micron", "Qualcomm", "Broadcom",
    "Huawei", "SMIC", "Cambricon", "OpenAI", "Anthropic", "Google DeepMind", "Microsoft", "Meta", "Apple",
    "Amazon", "xAI", "Mistral", "Alibaba",
)  # fmt: skip
PLACES = (
    "China", "Taiwan", "Japan", "South Korea", "India", "Germany", "France", "Netherlands", "Spain",
    "Britain", "Canada", "Australia", "Singapore", "Malaysia", "Brazil", "Chile", "Saudi Arabia",
    "United Arab Emirates", "Israel", "Russia", "Iran", "California", "European Union",
)  # fmt: skip


def made_topics() -> list[Topic]:
    """Return topics of the kind people write: a firm and rules, a place and AI or chips."""
    firms = [
        Topic(
            name=f"firm-{firm}",
            title=firm,
            query=f'title:"{firm}" OR ("{firm}" NEAR/10 (@barriers OR @policy-acts OR @governing))',
            boosts=(Boost(f'title:"{firm}"', 2), Boost("webinar OR coupon", -2)),
        )
        for firm in FIRMS
    ]
    places = [
        Topic(
            name=f"place-{place}",
            title=place,
            query=f'lead:"{place}" (@ai-words OR @chip-words OR @laboratories) NOT (football OR cricket)',
            boosts=(Boost(f'title:"{place}"', 1), Boost("@laws OR @control-terms", 2)),
        )
        for place in PLACES
    ]
    return firms + places


def timed(documents: Sequence[Document], topics: Sequence[Topic], home: Home) -> tuple[float, int]:
    """Return seconds and matches for fresh documents against these topics."""
    with open_services(home, utc_now()) as services:
        index = index_topics(compile_topics(topics, services.settings.lists))
    versions = {topic.name: 1 for topic in topics}
    now = utc_now()
    seconds, matches = 0.0, 0
    for start in range(0, len(documents), AT_ONCE):
        batch = [replace(document) for document in documents[start : start + AT_ONCE]]
        begun = time.perf_counter()
        for document in batch:
            matches += len(match_all(index, document, versions, now))
        seconds += time.perf_counter() - begun
    return seconds, matches


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--entries", type=int, default=20_000)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    home = Home(arguments.home)
    with open_services(home, utc_now()) as services:
        ids = services.store.entries.proposed(Candidates(), arguments.entries)
        documents = [
            document_of(entry)
            for start in range(0, len(ids), AT_ONCE)
            for entry in services.store.entries.entries(ids[start : start + AT_ONCE])
        ]
        pack = list(services.settings.topics)
    gc.freeze()
    words = sum(len(each.title.split()) + len(each.text.split()) for each in documents)
    print(f"{len(documents):,} entries of {words / len(documents):.0f} words")
    begun = time.perf_counter()
    for document in documents:
        _ = replace(document).stem_set
    folding = time.perf_counter() - begun
    print(f"folding alone               {folding / len(documents) * 1000:6.3f} ms an entry")
    for topics in (pack, (pack + made_topics())[:WANTED]):
        seconds, matches = timed(documents, topics, home)
        print(
            f"{len(topics):3} topics, folding included {seconds / len(documents) * 1000:6.3f} ms an "
            f"entry, {matches:,} matches"
        )


if __name__ == "__main__":
    main()
