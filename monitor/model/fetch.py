"""What came of asking for a document: a closed union of values, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.model.feed import NO_VALIDATORS, Validators

FailureKind = Literal[
    "timeout",  # the total deadline passed
    "dns",  # the name has no address
    "connect",  # nobody answered, or the connection broke
    "certificate",  # TLS refused, with the reason
    "refused",  # an address, port or scheme the guard does not let out to
    "bad-url",  # not an address at all, or one with user info
    "redirect",  # one that was not to be followed; `hops` says where it leads
    "bad-redirect",  # loop, too many hops, no Location, foreign scheme
    "too-large",  # over the cap on the wire or decoded
    "bad-coding",  # a content coding that is unknown, stacked or broken
    "truncated",  # the body ended before its declared or coded end
    "empty",  # a success without a body
    "throttled",  # 429 or 503
    "blocked",  # 401, 403 and the like
    "gone",  # 410
    "http",  # any other status that is no success
    "protocol",  # an answer that is not HTTP, or one over the header caps
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One conditional GET. `headers` are extra ones, secrets included; never logged.

    `validators` are sent to `url`, or to `validators_url` alone where they came from another address
    that redirects led to. `user_agent` replaces the usual one, `user_agent_suffix` is added to it.
    Without `follow` a redirect comes back as a failure of the kind "redirect", for those who have to
    ask the robots.txt of where it leads first.
    """

    url: str
    validators: Validators = NO_VALIDATORS
    validators_url: str = ""
    user_agent: str = ""
    user_agent_suffix: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    follow: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """What an answer said about when to come again (RFC 9110 10.2.3, RFC 9111 5.2.2, 5.3)."""

    retry_after: timedelta | None = None
    max_age: timedelta | None = None
    expires_at: datetime | None = None


NO_PACING = Pacing()


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: the status and the address it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A success with a body. `url` is the address that answered, after `hops`.

    `body` is decoded; `wire_bytes` counts what came over the network. `content_type` is the
    header as received, "" without one. `broke_off` says in a sentence that the body ended before its
    declared length, "" when it is whole. `hub` and `self_url` are those of the answer's Link
    header fields (WebSub), "" without.
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    validators: Validators = NO_VALIDATORS
    pacing: Pacing = NO_PACING
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0
    broke_off: str = ""
    hub: str = ""
    self_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304. `validators` are those to keep: the answer's where it sent any, else ours."""

    url: str
    validators: Validators = NO_VALIDATORS
    pacing: Pacing = NO_PACING
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """Anything else. `message` is one sentence for the person who watches the feed.

    `status` is 0 when no answer came. `snippet` is the beginning of an error page as text
    (FRB-101), at most 500 characters. `sent` says of a POST that the other side may have its body.
    """

    url: str
    kind: FailureKind
    message: str
    status: int = 0
    pacing: Pacing = NO_PACING
    hops: tuple[Hop, ...] = ()
    snippet: str = ""
    wire_bytes: int = 0
    sent: bool = False


FetchOutcome = Fetched | NotModified | FetchFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was sent by POST was taken: the answer's `status` is 200 to 299.

    `message` is one sentence for a person, `snippet` the beginning of the answer as text, at most
    500 characters. Everything else a POST comes to is a `FetchFailure`.
    """

    url: str
    status: int
    message: str
    snippet: str = ""
