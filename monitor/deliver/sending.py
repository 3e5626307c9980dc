"""From a delivery to its channel."""

from __future__ import annotations

from pathlib import Path

from monitor.deliver import folder
from monitor.errors import DeliveryError
from monitor.model.delivery import Delivery
from monitor.model.edition import Rendered


def send(delivery: Delivery, rendered: Rendered, home: Path) -> None:
    """Hand the edition over; return once the recipient has it.

    A folder that is not absolute lies in `home`; "~" is the user's home folder. Raises
    `DeliveryError` when it could not be handed over.
    """
    match delivery.channel:
        case "folder":
            try:
                to = Path(delivery.to).expanduser()
            except RuntimeError as error:
                raise DeliveryError(
                    f"The folder {delivery.to!r} names a user nobody knows; write the whole path."
                ) from error
            folder.deliver(delivery.edition, rendered, home / to)
        case other:
            raise DeliveryError(
                f"This version of the monitor cannot deliver over {other!r} (to {delivery.to}); "
                "change the recipient under [digests] in config/monitor.toml."
            )
