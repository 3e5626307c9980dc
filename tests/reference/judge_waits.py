"""The judge's rules on waiting: how soon is too soon, and how late too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

from tests.reference import judge
from tests.reference.clock import DAY, HOUR, MINUTE
from tests.reference.judge import REDIRECTS, THROTTLED, Case, Found, Rule
from tests.reference.log import Answer, Says, Visit

MAX_ASKED, MAX_RETRY = 7 * DAY, 14 * DAY
INTERVAL = HOUR


def _too_soon(before: Visit, visit: Visit, wait: timedelta, why: str) -> Found:
    gap = visit.at - before.at
    if gap < wait:
        yield visit, f"{why}: came after {gap}, not {wait}"


def retry_after(answer: Answer, at: datetime) -> timedelta | None:
    """Read the Retry-After of a 429 or 503."""
    value = answer.value("retry-after")
    if value is None or answer.status not in THROTTLED:
        return None
    if value.isdigit():
        return min(timedelta(seconds=int(value)), MAX_RETRY)
    return min(parsedate_to_datetime(value.decode()) - at.replace(microsecond=0), MAX_RETRY)


def fresh_for(answer: Answer, at: datetime) -> timedelta:
    """Read how long a success asks to be left alone: max-age, else Expires (RFC 9111 section 4.2.1)."""
    if not answer.success:
        return timedelta(0)
    control = answer.value("cache-control") or b""
    if b"max-age=" in control:
        return min(timedelta(seconds=int(control.partition(b"max-age=")[2])), MAX_ASKED)
    expires = answer.value("expires")
    if expires is None:
        return timedelta(0)
    return min(parsedate_to_datetime(expires.decode()) - at.replace(microsecond=0), MAX_ASKED)


def says_before(visits: Sequence[Visit]) -> Iterator[tuple[Visit, Visit | None, Says]]:
    """Walk the visits with the one before each and what the last document said."""
    before, says = None, Says()
    for visit in visits:
        yield visit, before, says
        before = visit
        if visit.answer.success:
            says = visit.answer.says


def frb_020_not_before_retry_after(case: Case) -> Found:
    for before, visit in pairwise(case.visits):
        wait = retry_after(before.answer, before.at)
        if wait is not None:
            yield from _too_soon(before, visit, wait, "Retry-After")


def frb_021_a_bare_refusal_means_slow_down(case: Case) -> Found:
    for before, visit in pairwise(case.visits):
        answer = before.answer
        if answer.status in THROTTLED and answer.value("retry-after") is None:
            yield from _too_soon(before, visit, 4 * INTERVAL, f"bare {answer.status}")


def frb_022_not_before_max_age(case: Case) -> Found:
    for before, visit in pairwise(case.visits):
        words = f"max-age of a {before.answer.status}"
        yield from _too_soon(before, visit, fresh_for(before.answer, before.at), words)


def frb_023_a_quiet_feed_is_asked_less(case: Case) -> Found:
    """A day without a new entry: two hours at least; two days: four. Another body is no news."""
    seen: frozenset[int] = frozenset()
    news_at: datetime | None = None
    before: Visit | None = None
    for visit in case.visits:
        if before is not None and news_at is not None and before.answer.success:
            quiet = before.at - news_at
            wait = 4 * HOUR if quiet >= 2 * DAY else 2 * HOUR if quiet >= DAY else timedelta(0)
            yield from _too_soon(before, visit, wait, f"nothing new for {quiet}")
        if news_at is None or visit.answer.entries - seen:
            news_at = visit.at
            seen |= visit.answer.entries
        before = visit


def frb_024_left_alone_when_the_feed_says_so(case: Case) -> Found:
    for visit, before, says in says_before(case.visits):
        if visit.at.hour in says.skip_hours:
            yield visit, f"came in the skipped hour {visit.at.hour}"
        if visit.at.weekday() in says.skip_days:
            yield visit, f"came on the skipped day {visit.at.weekday()}"
        if before is not None:
            yield from _too_soon(before, visit, min(says.ttl, MAX_ASKED), "ttl")


def at_most_hourly(case: Case) -> Found:
    """Holds for the first two requests as well: subscribing fetches once."""
    for before, visit in pairwise(case.visits):
        yield from _too_soon(before, visit, INTERVAL, "the floor")


def at_most_daily_without_validators(case: Case) -> Found:
    """Two whole documents within a day, unless by then others would have come and gone."""
    wait = DAY if case.turnover is None else min(DAY, case.turnover / 3)
    last: Visit | None = None
    for visit in case.visits:
        if visit.conditional or not visit.answer.success:
            continue
        if last is not None:
            yield from _too_soon(last, visit, wait, "whole documents")
        last = visit


def one_get_to_subscribe(case: Case) -> Found:
    for visit in case.visits[1:]:
        if visit.at - case.visits[0].at < 10 * MINUTE:
            yield visit, "a further request right after subscribing"


def frb_110_119_failures_back_off(case: Case) -> Found:
    failures = 0
    for before, visit in pairwise(case.visits):
        answer = before.answer
        moved = answer.status in REDIRECTS
        failures = 0 if answer.success or moved else failures + 1
        if failures:
            wait = min(HOUR * 2 ** min(failures - 1, 10), DAY)
            yield from _too_soon(before, visit, wait, f"failure {failures} in a row")


def a_feed_is_never_given_up(case: Case) -> Found:
    """A day, or what was asked for if longer, and the spread: by then there was another visit.

    Not after a 410, nor where a permanent redirect was the last that was heard.
    """
    if case.followed:
        return
    ends = [*case.visits[1:], None]
    for visit, after in zip(case.visits, ends, strict=True):
        answer = visit.answer
        if answer.status == 410 or (after is None and answer.status in {301, 308}):
            return
        asked = max(
            DAY,
            fresh_for(answer, visit.at),
            retry_after(answer, visit.at) or DAY,
            min(answer.says.ttl, MAX_ASKED),
        )
        skipping = 3 * DAY if answer.says.skip_days else DAY if answer.says.skip_hours else 0 * DAY
        until = visit.at + asked * 1.16 + skipping
        if (after.at if after else case.until) > until:
            yield visit, f"no visit by {until:%a %d %b %H:%M}"


RULES: tuple[Rule, ...] = (
    judge.frb_001_002_last_modified_goes_back_byte_for_byte,
    judge.frb_003_004_etag_goes_back_byte_for_byte,
    judge.frb_012_013_no_invented_validators,
    judge.frb_014_validators_are_one_set,
    judge.frb_016_being_turned_away_wipes_nothing,
    judge.no_unconditional_request_after_an_error,
    judge.validators_are_never_forgotten,
    judge.frb_051_get_alone,
    judge.nothing_is_added_to_a_request,
    judge.the_address_is_left_as_it_is,
    judge.the_reader_says_who_it_is,
    judge.gzip_is_accepted,
    judge.frb_033_one_request_at_a_time_to_a_host,
    judge.frb_114_a_410_ends_it,
    judge.frb_130_132_a_moved_feed_is_not_asked_for_at_the_old_address,
    frb_020_not_before_retry_after,
    frb_021_a_bare_refusal_means_slow_down,
    frb_022_not_before_max_age,
    frb_023_a_quiet_feed_is_asked_less,
    frb_024_left_alone_when_the_feed_says_so,
    at_most_hourly,
    at_most_daily_without_validators,
    one_get_to_subscribe,
    frb_110_119_failures_back_off,
    a_feed_is_never_given_up,
)
"""All rules that hold for the visits of one feed."""


def frb_034_bunched(visits: Sequence[Visit], per_hour: int) -> list[str]:
    """Say in which minutes far more of `per_hour` visits came than a fair share.

    Fair is a sixtieth; ten times that in one minute is a bunch, if it is more than a handful.
    """
    minutes = Counter(visit.at.replace(second=0, microsecond=0) for visit in visits)
    most = max(5, per_hour // 6)
    return [
        f"{minute:%a %H:%M}: {count} visits" for minute, count in minutes.items() if count > most
    ]
