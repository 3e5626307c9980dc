"""What kind of entry a title announces: a round-up, company results, a market report.

Reports of one kind resemble each other whatever they are about, so that it counts whether two
entries are of the same one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.stories.folding import fold

_ROUND_UP = re.compile(
    r"\b(?:stock movers|the download|round-?up|newscast|week in review|in brief|presseschau|"
    r"newsticker|revue de presse|resumen del dia|"
    r"(?:morning|daily|evening|news|weekend|bloomberg) brief(?:ing)?)\b|"
    r"[(\[](?:podcast|newsletter)[)\]]|\b(?:podcast|newsletter|weekly|boletin)(?:$|\s*[:|-])|"
    r"^(?:podcast|newsletter|boletin)\b|(?:,|\band|&) more$|"
    r"早报|早報|晚报|晚報|早知道|要闻|要聞|周报|週報|(?<!人民)(?<!中国)日报$",
)
RESULTS = frozenset(
    f"word:{name}"
    for name in (
        "earnings", "revenue", "profit", "loss", "quarter", "forecast", "beat-expectations",
        "miss-expectations", "raise-forecast", "cut-forecast", "margin", "fiscal-year",
    )
)  # fmt: skip
"""What reports of a company's results speak of."""

MOVES = frozenset(
    f"word:{name}"
    for name in ("rise", "fall", "rebound", "selloff", "record-high", "record-low", "record")
)
SHARES = frozenset(f"word:{name}" for name in ("shares", "stock-market", "selloff", "investor"))

OPPOSITES = tuple(
    (f"word:{one}", f"word:{other}")
    for one, other in (
        ("rise", "fall"), ("rise", "selloff"), ("rebound", "fall"), ("rebound", "selloff"),
        ("record-high", "record-low"), ("beat-expectations", "miss-expectations"), ("profit", "loss"),
        ("increase", "reduce"), ("approve", "reject"), ("win", "lose"), ("buy", "sell"),
        ("hire", "layoffs"), ("rating-upgrade", "rating-downgrade"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """What a title announces.

    `results`: the entry speaks of a company's results or of its shares moving, in the title or
    after it; `results_title`: of results in the title; `shares_move`: shares go up or down in the title.
    `market`: the title reports a stock market.
    `markets` are the countries of the indices the title names.
    """

    round_up: bool
    results: bool
    results_title: bool
    shares_move: bool
    market: bool
    markets: frozenset[str]


def signs(title: str, order: Sequence[str], everything: Collection[str]) -> Signs:
    """Read the signs of an entry: its title, the title's terms in order, and all its terms."""
    folded = fold(title)
    in_title = set(order)
    indices = frozenset(
        term.partition(":")[2].partition("/")[0] for term in order if term.startswith("market:")
    )
    moved = bool(in_title & MOVES) and (not SHARES.isdisjoint(everything) or _firm_moves(order))
    return Signs(
        round_up=bool(_ROUND_UP.search(folded)) or folded.count(";") + folded.count("；") > 1,
        results=moved or not RESULTS.isdisjoint(everything),
        results_title=bool(in_title & RESULTS),
        shares_move=moved,
        market=_reports_market(order, bool(indices)),
        markets=indices,
    )


def opposed(
    one: Collection[str],
    other: Collection[str],
    one_all: Collection[str],
    other_all: Collection[str],
) -> bool:
    """Tell whether one title says up where the other says down, and neither entry says both."""
    for first, second in OPPOSITES:
        for here, there in ((first, second), (second, first)):
            if here in one and there in other and there not in one_all and here not in other_all:
                return True
    return False


def _firm_moves(order: Sequence[str]) -> bool:
    """Tell whether a firm itself goes up or down: "Quokka sinks 7%" speaks of its shares."""
    return any(one.startswith("firm:") and other in MOVES for one, other in pairwise(order))


def _reports_market(order: Sequence[str], names_index: bool) -> bool:
    """Tell whether a title is about a market: it names one before any firm."""
    firms = [at for at, term in enumerate(order) if term.startswith("firm:")]
    persons = any(term.startswith("person:") for term in order)
    whole = [
        at
        for at, term in enumerate(order)
        if term.startswith("market:") or term == "word:stock-market"
    ]
    if not whole and not names_index and not firms and not persons:
        whole = [at for at, term in enumerate(order) if term in ("word:shares", "word:selloff")]
    return bool(whole) and whole[0] < min(firms, default=len(order))
