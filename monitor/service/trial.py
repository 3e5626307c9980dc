"""`monitor digest test`: what an edition would be, sent to one address and marked; nothing is recorded."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from monitor.deliver.message import domain_of
from monitor.deliver.sending import send
from monitor.deliver.ways import Ways
from monitor.errors import UsageError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Digest, Recipient
from monitor.service.digesting import digest_named, preview
from monitor.service.wiring import Services
from monitor.settings.fields import check_mailbox

COVERED = timedelta(hours=24)


def send_trial(
    services: Services, ways: Ways, name: str | None, address: str, now: datetime
) -> str:
    """Send the last 24 hours of a digest to an address; return the subject.

    The address is one for mail, or that of a recipient of the digest over another channel as config has it.
    Raises `UsageError` without a mail server or for no address, `DeliveryError` when it does not go out.
    """
    digest = digest_named(services, name)
    to = _recipient(services, digest, address)
    _, rendered = preview(services, digest.name, now, since=now - COVERED)
    message = OutMessage(
        id=f"{digest.name}-trial",
        list_name=digest.name,
        title=digest.title,
        rendered=rendered,
        created_at=now,
        message_id=f"<{secrets.token_hex(16)}@{_domain(services)}>",
        trial=True,
    )
    send(to, message, ways, _record_nothing)
    return rendered.subject


def _recipient(services: Services, digest: Digest, address: str) -> Recipient:
    for each in digest.to:
        if each.to == address and each.channel not in ("mail", "folder"):
            return each
    if not services.settings.mail.host:
        raise UsageError(
            'There is no mail server; set [mail] host = "…" and from = "…" in config/monitor.toml '
            "(docs/delivery.md)."
        )
    try:
        return Recipient("mail", check_mailbox(address))
    except ValueError as error:
        raise UsageError(f"--to {error}.") from None


def _domain(services: Services) -> str:
    sender = services.settings.mail.sender
    return domain_of(sender) if sender else "monitor.invalid"


def _record_nothing() -> None:
    """Do nothing: a trial is in no outbox."""
