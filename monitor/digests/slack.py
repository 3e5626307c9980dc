"""An edition or an alert as messages for a Slack incoming webhook (Block Kit).

Slack's limits: 50 blocks a message, 3,000 characters a text, 150 a header; a message whose texts
exceed 12,000 characters may be cut, so that a long edition becomes several messages, and what is
beyond those is counted. Texts from feeds are escaped, and Slack is told not to look for names and
addresses in them (`verbatim`).
"""

from __future__ import annotations

from typing import Any

from monitor.digests import chat, packing
from monitor.digests.chat import Item, Part, Told
from monitor.digests.frozen import Document

MOST_MESSAGES = 4
MESSAGE_UNITS = 11_500
"""Of all texts of a message, as UTF-16 code units; Slack's own limit is 12,000."""
MOST_BLOCKS = 48
_TEXT_UNITS = 2_900
_HEADER_UNITS = 150
_FRAME_UNITS = 4_000
_LEAST_UNITS = 250
"""What a block counts at least when room is dealt, so that few blocks are ever too many."""

Block = dict[str, Any]

_MEANING = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"})


def messages(
    document: Document,
    subject: str,
    *,
    permalink: str = "",
    again: bool = False,
    trial: bool = False,
) -> list[dict[str, Any]]:
    """Return the payloads to post one after the other; nearly always it is one.

    `document` is the frozen JSON. `permalink` is the address of its page, "" without. `again` says
    that an earlier attempt may have arrived, `trial` that nothing was recorded.
    """
    whole = chat.told(document, subject, permalink=permalink, again=again, trial=trial)
    # Each message but the last may stay empty by as much as one block.
    room = MOST_MESSAGES * (MESSAGE_UNITS - _TEXT_UNITS) - _FRAME_UNITS
    told = packing.within(whole, _size, room)
    parted = packing.packed(_blocks(told), _fits)
    return [
        {
            "text": _escaped_within(told.subject or told.title, _HEADER_UNITS * 2),
            "blocks": [_header(told, number, len(parted)), *blocks],
            "unfurl_links": False,
            "unfurl_media": False,
        }
        for number, blocks in enumerate(parted, start=1)
    ]


def escaped(text: str) -> str:
    """Return the text as mrkdwn that links, calls and formats nothing but what `*`, `_`, `~` do.

    Slack has no way to write these three as themselves.
    """
    return text.translate(_MEANING)


def _header(told: Told, number: int, of: int) -> Block:
    counted = f" ({number} of {of})" if of > 1 else ""
    title = packing.fitted(told.title, _HEADER_UNITS - len(counted), lambda text: text)
    # No emoji codes: ":skull:" in a title stays text.
    text = {"type": "plain_text", "text": title + counted, "emoji": False}
    return {"type": "header", "text": text}


def _blocks(told: Told) -> list[Block]:
    blocks = [_context("\n".join(told.lines))] if told.lines else []
    for part in told.parts:
        if part.heading:
            blocks.append(_section(_heading(part)))
        blocks += [_section(_item(item)) for item in part.items]
        if part.more:
            blocks.append(_context(chat.more(part)))
    lines = [_escaped_within(line, 600) for line in (*chat.rest(told), *told.end)]
    if told.page:
        lines.append(_link(told.page, "Read it as a page"))
    return [*blocks, _context_of("\n".join(lines))] if lines else blocks


def _heading(part: Part) -> str:
    return f"*{_escaped_within(part.heading, _TEXT_UNITS)}*"


def _item(item: Item) -> str:
    title = _escaped_within(item.title, 900)
    lines = [f"*{_link(item.url, title) if item.url else title}*"]
    lines += [_escaped_within(text, 400) for text in (item.outlet, *item.notes) if text]
    return "\n".join(lines)


def _link(url: str, shown: str) -> str:
    # A bar in an address would end it; those in what is shown do nothing.
    return f"<{escaped(url).replace('|', '%7C')}|{shown}>"


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return _context_of(_escaped_within(text, _TEXT_UNITS))


def _context_of(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _escaped_within(text: str, room: int) -> str:
    return packing.fitted(text, room, escaped)


def _size(part: Part, item: Item | None) -> int:
    if item is not None:
        return max(_LEAST_UNITS, packing.units(_item(item)))
    return 2 * _LEAST_UNITS + packing.units(_heading(part))


def _fits(blocks: list[Block]) -> bool:
    return (
        len(blocks) < MOST_BLOCKS
        and sum(map(_block_units, blocks)) + _HEADER_UNITS * 3 <= MESSAGE_UNITS
    )


def _block_units(block: Block) -> int:
    texts = block["elements"] if "elements" in block else [block["text"]]
    return sum(packing.units(text["text"]) for text in texts)
