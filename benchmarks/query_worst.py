"""The worst queries that are allowed on the longest entries: `python -m benchmarks.query_worst`.

For each it prints how long it takes to read the query (`parse`), to write what the index is asked
(`ask`), and to hold it against an entry of a megabyte (`hold`). Folding that entry, which is done
once for all queries, is printed apart.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import TypeVar

from monitor.model.topic import WordList
from monitor.query import Document, candidates, evaluate, parse
from monitor.query.lists import Lists
from monitor.query.syntax import LONGEST, MOST_SPELLINGS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LENGTH = 1_000_000
TARGET_SECONDS = 1.0
LETTERS = "abcdefgh"

Answer = TypeVar("Answer")


def entries() -> dict[str, str]:
    """Return texts of a megabyte, by what they are."""
    some = random.Random(1)  # the same texts every time
    names = ["semiconductor", "export", "licence", "control"]
    return {
        "one word": _filled("semiconductor "),
        "one letter": _filled("a "),
        "two letters": _filled("a b "),
        "few words": _filled(" ".join(some.choice(names) for _ in range(90_000)) + " "),
        "prose": _filled(" ".join(_word(some) for _ in range(150_000)) + " "),
        "Chinese": _filled("".join(some.choice("出口管制芯片模型") for _ in range(9_999))),
        "no spaces": _filled("x"),
    }


def _filled(piece: str) -> str:
    return (piece * (LENGTH // len(piece) + 1))[:LENGTH]


def _word(some: random.Random) -> str:
    return f"w{int(some.paretovariate(0.7)) % 30_000}"


def queries() -> dict[str, tuple[str, dict[str, WordList]]]:
    """Return queries that are as bad as the limits let them be, with their lists."""
    names = ["semiconductor", "export", "licence", "control"]
    phrases = [" ".join(words) for words in product(names, repeat=7)]
    fours = [f"{a}{b}{c}{d}" for a, b, c, d in product(LETTERS, repeat=4)]
    many = WordList("many", tuple(phrases[: MOST_SPELLINGS - 1]))
    big = WordList("big", tuple(f"a {name}" for name in fours[:2_400]))
    own = WordList("own", tuple(f"w{n} w{n + 1}" for n in range(MOST_SPELLINGS - 1)))
    return {
        "deep brackets": ("(" * 49 + "a" + " b)" * 49, {}),
        "negations": ("a " + "-" * 40 + "b", {}),
        "10,000 characters of words": (_up_to(LONGEST, (f"w{n}" for n in range(4_000)), " "), {}),
        "10,000 characters of OR": (_up_to(LONGEST, fours, " OR "), {}),
        "5,000 spellings": ("@own AND nowhere", {"own": own}),
        "5,000 spellings of the same words": ("@many AND zzz", {"many": many}),
        "one phrase of 60": ('"' + "a " * 59 + 'b"', {}),
        "phrases of 60": (_up_to(LONGEST, [_sixty(n) for n in range(80)], " OR "), {}),
        "phrases of two": (
            _up_to(LONGEST, (f'"export licence {n}"' for n in range(900)), " OR "),
            {},
        ),
        "exact phrases": (_up_to(LONGEST, ('="Semiconductor SEMIconductor"',) * 400, " OR "), {}),
        "~50, two words": ('"a b a b a b a b"~50', {}),
        "~50, never": ('"a a a a a a a z"~50', {}),
        "~50, many": (_up_to(LONGEST, ('"a b a b a b a zz"~50',) * 400, " OR "), {}),
        "~50, words that overlap": (
            " OR ".join(['"semi* semic* semico* semicon* semicond* semiconductor x y"~50'] * 90),
            {},
        ),
        "six NEAR": (" NEAR/50 ".join("abab") + " NEAR/50 (a OR b)", {}),
        "NEAR on big groups": ("@big NEAR/50 (a OR b) NEAR/50 @big", {"big": big}),
        "NEAR, many": (_up_to(LONGEST, ("a NEAR/50 b NEAR/50 zz",) * 300, " OR "), {}),
        "NEAR, never": ("(a NEAR/50 b) NEAR/1 (export NEAR/50 licence) NEAR/1 x", {}),
        "prefixes": (_up_to(LONGEST, (f"semi{one}*" for one in fours), " OR "), {}),
        "prefixes, exact": (_up_to(LONGEST, ("=Semicond*",) * 700, " OR "), {}),
        "Chinese phrases": (_up_to(LONGEST, ["出口管制芯片模型" * 7] * 170, " OR "), {}),
        "Chinese NEAR": ("出口 NEAR/50 管制 NEAR/50 芯片 NEAR/50 (模型 OR 型出)", {}),
    }


def _sixty(number: int) -> str:
    return '"' + "a " * (59 - number % 7) + 'b"'


def _up_to(most: int, pieces: Iterable[str], between: str) -> str:
    text = ""
    for piece in pieces:
        longer = f"{text}{between}{piece}" if text else piece
        if len(longer) > most:
            break
        text = longer
    return text


def timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    """Return what some work returns, and the seconds it took."""
    began = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - began


def main() -> int:
    """Print a table, and whether the slowest query on one entry keeps to the target."""
    slowest = 0.0
    print("folding an entry of a megabyte, once for all queries")
    documents: dict[str, Document] = {}
    for name, text in entries().items():
        began = time.perf_counter()
        documents[name] = _folded(text)
        print(f"  {name:<36} {time.perf_counter() - began:6.3f} s")
    gc.freeze()  # or the collector goes through these millions of words while a query is read
    print(f"\n{'query':<36} {'parse':>7} {'ask':>7} {'hold':>7}   the slowest entry")
    for name, (text, lists) in queries().items():
        query, parse_seconds = timed(partial(parse, text, Lists(lists)))
        _, ask_seconds = timed(partial(candidates, query, NOW))
        worst, where = 0.0, ""
        for kind, document in documents.items():
            _, seconds = timed(partial(evaluate, query, document, NOW))
            if seconds > worst:
                worst, where = seconds, kind
        slowest = max(slowest, parse_seconds, ask_seconds, worst)
        print(f"{name:<36} {parse_seconds:7.3f} {ask_seconds:7.3f} {worst:7.3f}   {where}")
    verdict = "kept" if slowest < TARGET_SECONDS else "MISSED"
    print(f"\nslowest {slowest:.3f} s; target {TARGET_SECONDS} s: {verdict}")
    return 0


def _folded(text: str) -> Document:
    """Return an entry whose words are ready, offsets included."""
    document = Document(title="", text=text, language="en")
    body = document.views["body"][0]
    _ = (body.stem_set, body.heads, body.spans_until(len(body.forms)))
    return document


if __name__ == "__main__":
    sys.exit(main())
