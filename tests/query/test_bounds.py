"""No query hangs: the work of the worst ones known is counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from monitor.errors import QueryError
from monitor.model.topic import WordList
from monitor.query import Document, candidates, evaluate, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LISTS = {"many": WordList("many", tuple(f"a b{n}" for n in range(2_400)))}


def calls(work: Callable[[], object]) -> int:
    """Count the calls of Python and built-in functions some work makes."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "query",
    [
        "a NEAR/50 a NEAR/50 a NEAR/50 a NEAR/50 a NEAR/50 a",
        '"a a a a a a a a"~50 z',
        '"a b a b a b a z"~50',
        '"' + "a " * 59 + 'z"',
        "(a OR b) NEAR/50 (b OR a) NEAR/50 (a OR b) NEAR/50 z",
        "@many NEAR/50 (@many)",
        "a " + "-" * 40 + "b",
        "(" * 49 + "a" + " b)" * 49,
        "title:(" + " OR ".join(f"a b{n}" for n in range(1_000)) + ")",
        " ".join(f"aaaa{n}*" for n in range(1_000)),
        " OR ".join(f'"3nm 5nm 7nm {n}"' for n in range(300)),
    ],
)
def test_the_work_of_a_query_is_bounded(query: str) -> None:
    text = "a b " * 5_000
    document = Document(title=text[:2_000], text=text, language="en")

    def work() -> None:
        parsed = parse(query, LISTS)
        candidates(parsed, NOW)
        evaluate(parsed, document, NOW)

    assert calls(work) < 2_500_000


@pytest.mark.parametrize(
    "sign", ['"', "+", "|", "&", "(", ")", "-", "*", "~", ":", "a:", "@", "=", "NEAR ", "\x00"]
)
def test_a_hundred_kilobytes_of_one_sign_are_refused(sign: str) -> None:
    def work() -> None:
        with pytest.raises(QueryError):
            parse(sign * 100_000)
        with pytest.raises(QueryError):
            parse(sign * (9_000 // len(sign)))

    assert calls(work) < 500_000
