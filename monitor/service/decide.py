"""What to do after a fetch: the new standing of a feed, as one pure function.

Stored entries and validators stay as they were unless a body was read to its end and understood
(PROMISES 2.1, 2.2). Nothing here ever stops a feed for good but a 410 (RFC 9110 section 15.5.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.entry import ParsedFeed, ParseFailure, ParseOutcome
from monitor.model.feed import NO_VALIDATORS, FeedRecord, FeedState, Validators
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, NotModified

SILENT_AFTER = timedelta(days=30)
"""A feed that answers but brings nothing new for this long is called silent."""

_STATE_OF_FAILURE: dict[str, FeedState] = {
    "throttled": "throttled",
    "blocked": "blocked",
    "gone": "gone",
}
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a feed stands after a fetch; the fields are those of `FeedRecord`.

    `result` goes into the fetch log: "ok", "304", "same" (a body that is known already) or the
    kind of failure. `status` is the HTTP status, 0 without an answer.
    """

    state: FeedState
    validators: Validators
    body_hash: str
    failures: int
    error: str
    title: str
    site_url: str
    language: str
    last_ok_at: datetime | None
    result: str
    status: int


def decide(
    record: FeedRecord,
    outcome: FetchOutcome,
    parsed: ParseOutcome | None,
    body_hash: str,
    now: datetime,
) -> Standing:
    """Say how the feed stands after `outcome`.

    `parsed` is None when there was no body or its hash (`body_hash`, SHA-256 hex) is that of the
    last one parsed.
    """
    if isinstance(outcome, FetchFailure):
        return _failed(
            record,
            _STATE_OF_FAILURE.get(outcome.kind, "failing"),
            outcome.message,
            outcome.kind,
            outcome.status,
        )
    if isinstance(parsed, ParseFailure):
        status = outcome.status if isinstance(outcome, Fetched) else 0
        return _failed(record, "failing", parsed.message, parsed.kind, status)
    state, error = _standing_of_success(record, outcome, now)
    if isinstance(parsed, ParsedFeed) and parsed.partial:
        # A document that broke off must be asked for again in full.
        validators, body_hash = NO_VALIDATORS, ""
        error = "The document broke off before its end; the entries before the break were kept."
    else:
        validators = outcome.validators
    read = parsed if isinstance(parsed, ParsedFeed) else None
    return Standing(
        state=state,
        validators=validators,
        body_hash=body_hash if isinstance(outcome, Fetched) else record.body_hash,
        failures=0,
        error=error,
        title=(read.title if read else "") or record.title,
        site_url=(read.site_url if read else "") or record.site_url,
        language=(read.language if read else "") or record.language,
        last_ok_at=now,
        result="304" if isinstance(outcome, NotModified) else ("ok" if read else "same"),
        status=304 if isinstance(outcome, NotModified) else outcome.status,
    )


def _standing_of_success(
    record: FeedRecord, outcome: Fetched | NotModified, now: datetime
) -> tuple[FeedState, str]:
    """Tell ok, moved and silent apart; the text says what to do about a move."""
    permanent = [hop.url for hop in outcome.hops if hop.status in _PERMANENT]
    if permanent and len(permanent) == len(outcome.hops):
        return (
            "moved",
            f"Moved for good to {permanent[-1]}; "
            f"follow it with: monitor feeds edit {record.url} --url {permanent[-1]}",
        )
    if record.last_new_at is not None and now - record.last_new_at > SILENT_AFTER:
        return "silent", ""
    return "ok", ""


def _failed(
    record: FeedRecord, state: FeedState, message: str, result: str, status: int
) -> Standing:
    return Standing(
        state=state,
        validators=record.validators,
        body_hash=record.body_hash,
        failures=record.failures + 1,
        error=message,
        title=record.title,
        site_url=record.site_url,
        language=record.language,
        last_ok_at=record.last_ok_at,
        result=result,
        status=status,
    )
