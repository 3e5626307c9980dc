"""An edition or an alert as messages for a Teams workflow webhook: Adaptive Cards.

Teams takes 28 KB a message. A longer edition becomes several, and what is beyond those is counted. The texts
of a card are Markdown; what comes from feeds is escaped.
"""

from __future__ import annotations

import json
import re
from typing import Any

from monitor.digests import chat, packing
from monitor.digests.chat import Item, Part, Told
from monitor.digests.frozen import Document
from monitor.digests.markdown import escaped

MOST_MESSAGES = 4
MESSAGE_BYTES = 24_000
"""Of a message as JSON; Teams' own limit is 28 KB, and the workflow adds to it."""
_TEXT_UNITS = 2_000
_ITEM_BYTES = 9_000
"""What an item may take at the most, in the longest of all scripts."""
_FRAME_BYTES = 12_000

_ENTITY = re.compile(r"&(?=#?\w+;)")

Block = dict[str, Any]


def messages(
    document: Document,
    subject: str,
    *,
    permalink: str = "",
    again: bool = False,
    trial: bool = False,
) -> list[dict[str, Any]]:
    """Return the payloads to post one after the other; the arguments are those of `slack.messages`."""
    whole = chat.told(document, subject, permalink=permalink, again=again, trial=trial)
    room = MOST_MESSAGES * (MESSAGE_BYTES - _ITEM_BYTES) - _FRAME_BYTES
    told = packing.within(whole, _size, room)
    parted = packing.packed(_blocks(told), lambda blocks: size(_message(told, blocks, 1, 10)) <= MESSAGE_BYTES)  # fmt: skip
    return [
        _message(told, blocks, number, len(parted)) for number, blocks in enumerate(parted, start=1)
    ]


def size(payload: object) -> int:
    """Return the bytes of a payload as it is sent."""
    return len(json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"))


def _message(told: Told, blocks: list[Block], number: int, of: int) -> dict[str, Any]:
    counted = f" ({number} of {of})" if of > 1 else ""
    title = _block(_escaped_within(told.title) + counted, size="Large", weight="Bolder")
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": packing.fitted(told.subject or told.title, 300, lambda text: text),
        "body": [title, *blocks],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _blocks(told: Told) -> list[Block]:
    blocks = [_block(_escaped_within(line), spacing="None") for line in told.lines]
    for part in told.parts:
        if part.heading:
            blocks.append(_heading(part))
        for item in part.items:
            blocks += _item(item)
        if part.more:
            blocks.append(_block(_escaped_within(chat.more(part)), isSubtle=True))
    blocks += [
        _block(_escaped_within(line), isSubtle=True) for line in (*chat.rest(told), *told.end)
    ]
    if told.page:
        blocks.append(_block(_link(told.page, "Read it as a page")))
    return blocks


def _heading(part: Part) -> Block:
    return _block(_escaped_within(part.heading), size="Medium", weight="Bolder", separator=True)


def _item(item: Item) -> list[Block]:
    title = _escaped_within(item.title)
    said = "  \n".join(_escaped_within(text) for text in (item.outlet, *item.notes) if text)
    blocks = [_block(_link(item.url, title) if item.url else title, weight="Bolder")]
    return [*blocks, _block(said, spacing="None", isSubtle=True)] if said else blocks


def _link(url: str, shown: str) -> str:
    spelled = _ENTITY.sub("&amp;", url.replace("(", "%28").replace(")", "%29"))
    return f"[{shown}]({spelled})"


def _block(text: str, **looks: object) -> Block:
    return {"type": "TextBlock", "text": text, "wrap": True, **looks}


def _escaped_within(text: str) -> str:
    return packing.fitted(text, _TEXT_UNITS, escaped)


def _size(part: Part, item: Item | None) -> int:
    if item is not None:
        return sum(size(block) + 2 for block in _item(item))
    return size(_heading(part)) + 120
