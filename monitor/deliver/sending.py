"""From a message to its channel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.deliver import folder, mail, notify, slack, teams, webhook
from monitor.deliver.ways import Ways
from monitor.errors import DeliveryError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Recipient


def send(to: Recipient, message: OutMessage, ways: Ways, handing_over: Callable[[], None]) -> None:
    """Hand the message over; return once the recipient has it.

    A channel whose messages cannot be called back calls `handing_over` right before the message goes
    out; what that raises ends the attempt with nothing sent. A folder that is not absolute lies in the
    home; "~" is the user's home folder. Raises `DeliveryError` when it could not be handed over.
    """
    match to.channel:
        case "folder":
            folder.deliver(message.id, message.rendered, _folder(to.to, ways.root))
        case "mail":
            mail.deliver(to.to, message, ways, handing_over)
        case "webhook":
            webhook.deliver(to, message, ways, handing_over)
        case "slack":
            slack.deliver(to, message, ways, handing_over)
        case "teams":
            teams.deliver(to, message, ways, handing_over)
        case "notify":
            notify.deliver(to, message, ways, handing_over)
        case other:
            raise DeliveryError(
                f"This version of the monitor cannot deliver over {other!r} (to {to.to}); "
                "change the recipient in config/monitor.toml.",
                "permanent",
            )


def _folder(to: str, root: Path) -> Path:
    try:
        return root / Path(to).expanduser()
    except RuntimeError as error:
        raise DeliveryError(
            f"The folder {to!r} names a user nobody knows; write the whole path.", "permanent"
        ) from error
