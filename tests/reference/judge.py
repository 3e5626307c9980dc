"""The judge: reads a server's log and lists what was not as the rules of polite fetching ask.

Numbers are those of the feed-reader behaviour project (FRB); the other rules are named by what they
ask for. Each rule is a function from the visits of one feed, in order, to its violations; those on
waiting are in `judge_waits`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.reference.log import Answer, Visit

_AGENT = re.compile(rb"[\w.-]+/[\w.-]+ \(\+[^()]+\)")
THROTTLED = frozenset({429, 503})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Case:
    """The visits to one feed. `target` is the path subscribed to.

    `turnover` is how fast its document is replaced by others, None where that takes weeks. `until` is
    when the log ends. `followed`: nobody subscribed to it, redirects lead there.
    """

    visits: Sequence[Visit]
    target: str
    until: datetime
    turnover: timedelta | None = None
    followed: bool = False


@dataclass(frozen=True)
class Violation:
    """One visit that broke a rule, and how."""

    rule: str
    at: datetime
    words: str

    def __str__(self) -> str:
        return f"{self.at:%a %d %b %H:%M:%S} {self.rule}: {self.words}"


Found = Iterator[tuple[Visit, str]]
Rule = Callable[[Case], Found]


@dataclass(frozen=True)
class Known:
    """What a reader knows before a visit: the last set, and all values it ever received.

    `open` says that nothing is expected: the last answer was a redirect, and led elsewhere.
    """

    etag: bytes | None = None
    modified: bytes | None = None
    open: bool = False
    etags: frozenset[bytes] = frozenset()
    dates: frozenset[bytes] = frozenset()
    last: Visit | None = None

    @property
    def any(self) -> bool:
        """Whether there is a set that must be sent."""
        return not self.open and (self.etag is not None or self.modified is not None)


def known_before(visits: Sequence[Visit]) -> Iterator[tuple[Visit, Known]]:
    """Walk the visits with what is known before each.

    A 304 that names the same ETag, or none, leaves the rest of the set as it is (RFC 9111 section 4.3.4).
    """
    known = Known()
    for visit in visits:
        yield visit, known
        answer = visit.answer
        etag, modified, open_ = known.etag, known.modified, known.open
        if answer.success:
            sent_etag, sent_modified = answer.value("etag"), answer.value("last-modified")
            kept = answer.status == 304 and sent_etag in {None, etag}
            etag = sent_etag or (etag if kept else None)
            modified = sent_modified or (modified if kept else None)
            open_ = False
        elif answer.status in REDIRECTS:
            open_ = True
        known = Known(
            etag,
            modified,
            open_,
            known.etags | ({etag} if etag else set()),
            known.dates | ({modified} if modified else set()),
            visit,
        )


def frb_001_002_last_modified_goes_back_byte_for_byte(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        sent = visit.value("if-modified-since")
        if sent is not None and known.dates and sent not in known.dates:
            yield visit, f"sent {sent!r}, which it never received"


def frb_003_004_etag_goes_back_byte_for_byte(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        sent = visit.value("if-none-match")
        if sent is not None and known.etags and sent not in known.etags:
            yield visit, f"sent {sent!r}, which it never received"


def frb_012_013_no_invented_validators(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        for name, ever in (("if-none-match", known.etags), ("if-modified-since", known.dates)):
            sent = visit.value(name)
            if sent is not None and not ever:
                yield visit, f"sent {name} {sent!r} without having received any"


def frb_014_validators_are_one_set(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        if known.open or not visit.conditional:
            continue
        sent = visit.value("if-none-match"), visit.value("if-modified-since")
        pairs = ((sent[0], known.etag, known.etags), (sent[1], known.modified, known.dates))
        for value, now, ever in pairs:
            if value != now and (value is None or value in ever):
                yield visit, f"sent {sent}, the set is {(known.etag, known.modified)}"


def frb_016_being_turned_away_wipes_nothing(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        last = _last_with_a_set(visit, known)
        if last is not None and last.status in THROTTLED:
            yield visit, f"unconditional after a {last.status}"


def no_unconditional_request_after_an_error(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        last = _last_with_a_set(visit, known)
        if last is not None and not last.success and last.status not in THROTTLED:
            yield visit, f"unconditional after an error ({last.status}, {last.ending})"


def validators_are_never_forgotten(case: Case) -> Found:
    for visit, known in known_before(case.visits):
        last = _last_with_a_set(visit, known)
        if last is not None and last.success:
            yield visit, "unconditional though validators are known"


def _last_with_a_set(visit: Visit, known: Known) -> Answer | None:
    """Return the last answer where the visit should have sent a set and sent none."""
    if visit.conditional or not known.any or known.last is None:
        return None
    return known.last.answer


def frb_051_get_alone(case: Case) -> Found:
    for visit in case.visits:
        if visit.method != "GET":
            yield visit, f"asked with {visit.method}"


def nothing_is_added_to_a_request(case: Case) -> Found:
    for visit in case.visits:
        for name in ("cookie", "referer"):
            if visit.value(name) is not None:
                yield visit, f"sent {name}"


def the_address_is_left_as_it_is(case: Case) -> Found:
    for visit in case.visits:
        if visit.target != case.target:
            yield visit, f"asked for {visit.target}, not {case.target}"


def the_reader_says_who_it_is(case: Case) -> Found:
    for visit in case.visits:
        if not _AGENT.fullmatch(visit.value("user-agent") or b""):
            yield visit, f"User-Agent {visit.value('user-agent')!r}"


def gzip_is_accepted(case: Case) -> Found:
    for visit in case.visits:
        if b"gzip" not in (visit.value("accept-encoding") or b""):
            yield visit, f"Accept-Encoding {visit.value('accept-encoding')!r}"


def frb_033_one_request_at_a_time_to_a_host(case: Case) -> Found:
    for visit in case.visits:
        if visit.open_there > 1:
            yield visit, f"{visit.open_there} requests were open"


def frb_114_a_410_ends_it(case: Case) -> Found:
    gone = False
    for visit in case.visits:
        if gone:
            yield visit, "asked again after a 410"
        gone = gone or visit.answer.status == 410


def frb_130_132_a_moved_feed_is_not_asked_for_at_the_old_address(case: Case) -> Found:
    """Three days (UTC) that agree, with nothing else between them, are enough."""
    to = b""
    days: set[date] = set()
    for visit in case.visits:
        if len(days) >= 3:
            yield visit, f"asked though it has been at {to!r} on {len(days)} days"
        where = visit.answer.value("location") or b""
        if visit.answer.status not in {301, 308} or where != to:
            to, days = where, set()
        if visit.answer.status in {301, 308}:
            days.add(visit.at.date())


def judged(case: Case, rules: Iterable[Rule]) -> list[Violation]:
    """Return all violations of a feed's visits, by rule."""
    return [
        Violation(rule.__name__, visit.at, words) for rule in rules for visit, words in rule(case)
    ]


def by_feed(visits: Iterable[Visit]) -> dict[tuple[str, str], list[Visit]]:
    """Sort a log by host and target."""
    feeds: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        feeds[visit.host, visit.target].append(visit)
    return feeds
