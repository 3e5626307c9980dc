"""What `monitor doctor` says about what goes out: secrets, the mail server, deliveries, late digests.

No mail is a failure that looks like a quiet day, so what was not sent is named, and so is a digest
that was not even made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.deliver import mail
from monitor.digests.phrases import count
from monitor.digests.windows import next_due
from monitor.errors import DeliveryError
from monitor.model.delivery import Delivery
from monitor.model.digest import Recipient
from monitor.service.finding import Finding
from monitor.service.ways import ways_of
from monitor.service.wiring import Services

LATE = timedelta(hours=26)
"""So long after its time a digest that has not been made is late."""

AHEAD = timedelta(hours=1)
"""So far in the future an edition ends only where the clock was set back meanwhile."""

_MOST_NAMED = 10
_NAMED_BY_VARIABLE = frozenset({"slack", "teams", "notify"})


def outgoing(services: Services, environ: Mapping[str, str], now: datetime) -> list[Finding]:
    """Look at all that is sent: nothing is sent meanwhile."""
    return [
        *_secrets(services, environ),
        *_mail(services, environ),
        *_deliveries(services),
        *_late(services, now),
    ]


def recipients(services: Services) -> Iterator[Recipient]:
    """Return everybody who gets a digest or an alert."""
    for digest in services.settings.digests:
        yield from digest.to
    for alert in services.settings.alerts:
        yield from alert.to


def _secrets(services: Services, environ: Mapping[str, str]) -> list[Finding]:
    """Name the variables that recipients and the mail server need and that are not set here."""
    wanted = set()
    for each in recipients(services):
        wanted |= {each.to} if each.channel in _NAMED_BY_VARIABLE else set()
        wanted |= {each.secret_env} if each.secret_env else set()
    if services.settings.mail.host and services.settings.mail.username:
        wanted.add(services.settings.mail.password_env)
    missing = sorted(name for name in wanted if not environ.get(name))
    if not missing:
        return []
    message = (
        f"monitor.toml names environment variables that are not set: {', '.join(missing)}; "
        "set them where the monitor is started."
    )
    return [Finding("secrets", False, message)]


def _mail(services: Services, environ: Mapping[str, str]) -> list[Finding]:
    """Ask the mail server as far as it goes without a message."""
    settings = services.settings.mail
    if not settings.host or not any(each.channel == "mail" for each in recipients(services)):
        return []
    if settings.username and not environ.get(settings.password_env):
        message = f"not tried, as {settings.password_env} is not set"
        return [Finding("mail", True, message, True)]
    try:
        return [Finding("mail", True, mail.check(ways_of(services, environ)))]
    except DeliveryError as error:
        return [Finding("mail", False, str(error))]


def _deliveries(services: Services) -> list[Finding]:
    """Name what waits for a person: ten at most."""
    stopped = [
        each
        for each in services.store.deliveries.open_deliveries()
        if each.state in ("failed", "unknown") and each.next_at is None
    ]
    if not stopped:
        return []
    unsent = [each for each in stopped if each.state == "failed"]
    doubtful = [each for each in stopped if each.state == "unknown"]
    return [
        *_named(unsent, "has not been sent", "once that is seen to, try again with"),
        *_named(
            doubtful, "may not have arrived", "ask whether it has; where not, send it again with"
        ),
    ]


def _named(stopped: Sequence[Delivery], what: str, then: str) -> Iterator[Finding]:
    for each in stopped[-_MOST_NAMED:]:
        name = each.edition or f"message {each.alert_message} of an alert"
        said = f"{name} to {each.to} {what}: {each.error} – {then}: monitor digest retry {each.id}"
        yield Finding(f"delivery {each.id}", True, said, True)
    if len(stopped) > _MOST_NAMED:
        more = count(len(stopped) - _MOST_NAMED, "older one", "older ones")
        yield Finding("deliveries", True, f"{more} as well, see: monitor digest list", True)


def _late(services: Services, now: datetime) -> Iterator[Finding]:
    """Name the digests whose edition should have been made more than a day ago, or will not be for long."""
    for digest in services.settings.digests:
        editions = services.store.editions
        last = editions.last_cutoff(digest.name) or editions.begin(digest.name, now)
        due = next_due(digest, last)
        if last - now > AHEAD:
            yield Finding(
                f"digest {digest.name}",
                False,
                f"its last edition goes to {last:%-d %B %Y %H:%M} UTC, which is to come: this machine's clock "
                "was ahead then, or is behind now. None is made before, and what comes in waits for that one; "
                "set the clock, or put back a backup from before: monitor db restore FILE",
            )
        elif now - due > LATE:
            yield Finding(
                f"digest {digest.name}",
                False,
                f"its edition of {due:%-d %B %H:%M} UTC has not been made; it is made while `monitor run` "
                "runs, and its log says what keeps it from it. Now: monitor digest send "
                f"{digest.name}",
            )
