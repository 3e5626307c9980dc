"""Delivery over Apprise (extra `notify`): one of its services, named by a secret address.

Apprise has its own ways out to the network, past the guard: only who runs the monitor sets its
address, in the environment. It gets plain text, cut to what the service takes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.deliver.secrets import secret
from monitor.deliver.ways import Ways
from monitor.digests.chat import uncalled
from monitor.digests.excerpts import ELLIPSIS, one_line, undirected
from monitor.errors import DeliveryError
from monitor.model.delivery import OutMessage
from monitor.model.digest import Recipient

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

INSTALL = ".venv/bin/pip install --editable '.[notify]'"

_SECONDS = 30.0
_MOST_TEXT = 30_000
# What apprise makes of these for services that take HTML alone.
_IN_HTML = {" ": 6, "\n": 5, "<": 4, ">": 4, "&": 5, '"': 6, "'": 6}


def deliver(
    to: Recipient, message: OutMessage, ways: Ways, handing_over: Callable[[], None]
) -> None:
    """Hand the message to Apprise; return once the service has taken it.

    Calls `handing_over` right before. Raises `DeliveryError`.
    """
    address = secret(ways, to.to, "an address for Apprise")
    apprise, service = _open(address, to.to)
    title, body = _title(message, service), _body(message, service)
    handing_over()
    outcome = _notify(apprise, title, body, to.to)
    ways.step("replied")
    name = service.service_name
    if outcome == "timeout":
        raise DeliveryError(
            f"{name} did not answer in time, so that the message may have arrived.", "unknown"
        )
    if outcome != "success":
        raise DeliveryError(
            f"{name} did not take the message, and Apprise does not say why; try the address by "
            f'hand: apprise -vv --body test "${to.to}"',
            "temporary",
        )


def _open(address: str, variable: str) -> tuple[Apprise, NotifyBase]:
    """Load Apprise and the one service of the address. Its words about it are not let out."""
    # They may hold the address; the library under it writes every request into its log.
    for name, level in (("apprise", logging.CRITICAL + 1), ("urllib3", logging.ERROR)):
        logging.getLogger(name).setLevel(level)
    try:
        from apprise import Apprise, AppriseAsset, NotifyBase, PersistentStoreMode
    except ImportError as error:
        raise DeliveryError(
            f"{variable} is an address for Apprise, which is not installed; "
            f"install it, in the checkout of monitor, with: {INSTALL} and run `monitor digest retry`.",
            "permanent",
        ) from error
    asset = AppriseAsset(
        app_id="monitor",
        app_desc="monitor",
        async_mode=False,
        secure_logging=True,
        storage_mode=PersistentStoreMode.MEMORY,
    )
    apprise = Apprise(asset=asset)
    if not apprise.add(address) or len(apprise) != 1 or not isinstance(apprise[0], NotifyBase):
        raise DeliveryError(
            f"{variable} does not hold one address that Apprise knows; write one as its list of services "
            "says (https://github.com/caronc/apprise/wiki), and another variable for another one.",
            "permanent",
        )
    service = apprise[0]
    service.socket_connect_timeout = service.socket_read_timeout = _SECONDS
    return apprise, service


def _notify(apprise: Apprise, title: str, body: str, variable: str) -> str:
    """Send; return "success", "timeout" or another word of Apprise's."""
    from apprise import NotifyFormat

    try:
        result = apprise.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001 - of 170 services, each raises what it likes
        # Its words and its traceback may hold the address.
        raise DeliveryError(
            f"Apprise broke off ({type(error).__name__}) with the message of {variable}; it may have "
            "arrived.",
            "unknown",
        ) from None
    return result.status.name.lower()


def _title(message: OutMessage, service: NotifyBase) -> str:
    """Return the subject, marked where it is a trial or may be a repeat, within the service's limit."""
    mark = "Trial: " if message.trial else "Perhaps again: " if message.may_be_repeat else ""
    title = uncalled(undirected(one_line(mark + message.rendered.subject)))
    room = service.title_maxlen or 120  # without a title of its own, it heads the text
    return title if len(title) <= room else title[: room - 1] + ELLIPSIS


def _body(message: OutMessage, service: NotifyBase) -> str:
    """Return the text form, whole or cut behind a line, with where the rest is."""
    text = uncalled(undirected(message.rendered.text)).strip()
    where = _whole_at(message)
    more = f" All of it: {where}" if where else ""
    ending = f"\n{ELLIPSIS}\nThis is only the beginning.{more}"
    room = min(service.body_maxlen, _MOST_TEXT)
    if not service.title_maxlen:
        room -= 4 * len(_title(message, service)) + 50
    weigh = _weight_of(service)
    if sum(map(weigh, text)) <= room:
        return text
    left = room - sum(map(weigh, ending))
    end = 0
    for char in text:
        left -= weigh(char)
        if left < 0:
            break
        end += 1
    kept = text[:end].rpartition("\n")[0] or text[:end]
    return kept.rstrip() + ending


def _whole_at(message: OutMessage) -> str:
    """Return where all of the message can be read, "" for nowhere."""
    document = json.loads(message.rendered.json)
    page = message.permalink or document.get("page_url")
    if page or "alert" in document:
        return page or ""
    if message.trial:
        return f"monitor digest preview {message.list_name}"
    return f"monitor digest show {message.id}"


def _weight_of(service: NotifyBase) -> Callable[[str], int]:
    """Return what counts a character as the service does: more where Apprise makes HTML of it."""
    from apprise import NotifyFormat

    formats: object = service.notify_format  # one, or several
    if NotifyFormat.TEXT in (formats if isinstance(formats, tuple) else (formats,)):
        return lambda char: 1 + (char > "\uffff")
    return lambda char: _IN_HTML.get(char, 2)
