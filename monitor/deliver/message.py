"""A frozen message as one recipient's mail: text and HTML, with the headers mail programs look for.

Python's own folding writes long words of headers that are no prose, such as an address to unsubscribe
at, as encoded words, which nobody reads as an address; and what it makes of a subject depends on its
version. So those headers are written here. Nothing of a feed gets into any header but Subject.
"""

from __future__ import annotations

import base64
import hashlib
import html
import unicodedata
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from monitor.digests.rendering import TO_MARKER
from monitor.model.delivery import OutMessage
from monitor.model.digest import Mail

REPEAT = (
    "This may be a repeat: the mail server did not say whether it took the same message before. "
    "Both have the same Message-ID."
)
TRIAL = "This is a trial, made by hand. Nothing of it is recorded, and it counts as no edition."

MOST_OF_SUBJECT = 200
_NOT_SHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_AS_WRITTEN = frozenset(
    {"message-id", "list-id", "list-unsubscribe", "subject", "from", "to", "reply-to"}
)
_BAD_BANNER = "margin:0;padding:12px 18px;background:#fbf0d9;color:#694708;font:14px/1.5 sans-serif"
_FOOTER = "margin:12px 0 0;font-size:12px;color:#626a73"


class _Policy(EmailPolicy):
    """Keeps the headers written here as they are, line breaks included."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Take a header in."""
        if name.lower() in _AS_WRITTEN:
            return name, value
        return super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        """Write a header as text."""
        if name.lower() in _AS_WRITTEN:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Write a header as bytes."""
        if name.lower() in _AS_WRITTEN:
            return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii")
        return super().fold_binary(name, value)


_ASCII = _Policy(linesep="\r\n", cte_type="7bit")
_UTF8 = _Policy(linesep="\r\n", cte_type="7bit", utf8=True)


def compose(to: str, message: OutMessage, mail: Mail) -> tuple[EmailMessage, bytes]:
    """Return the mail to one recipient, and its bytes as they go over the wire, dots not yet doubled.

    International domains are written as xn--…; only what stands before the "@" can make
    the mail need SMTPUTF8 (`needs_utf8`).
    """
    rendered = message.rendered
    policy = _UTF8 if needs_utf8(to, mail.sender, mail.reply_to) else _ASCII
    built = EmailMessage(policy=policy)
    prefix = "[Trial] " if message.trial else ""
    built["From"] = _mailbox(mail.sender_name or message.title, wire_address(mail.sender))
    built["To"] = wire_address(to)
    if mail.reply_to:
        built["Reply-To"] = wire_address(mail.reply_to)
    built["Subject"] = _folded(encoded(f"{prefix}{header_text(rendered.subject)}", 9))
    built["Date"] = format_datetime(message.created_at)
    built["Message-ID"] = message.message_id
    built["List-Id"] = f"<{message.list_name}.{domain_of(mail.sender)}>"
    if message.unsubscribe_url.startswith("https://"):
        answers_to = quote(wire_address(mail.reply_to or mail.sender), safe="@")
        by_mail = f"<mailto:{answers_to}?subject=unsubscribe%20{message.list_name}>"
        built["List-Unsubscribe"] = f"<{message.unsubscribe_url}>,\r\n {by_mail}"
        built["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    built["Auto-Submitted"] = "auto-generated"
    built.set_content(_text_for(message))
    built.add_alternative(_html_for(message), subtype="html")
    built["Content-Language"] = "en"
    return built, built.as_bytes(policy=policy)


def message_id(instance: str, of: str, channel: str, address: str, domain: str) -> str:
    """Return the Message-ID of what is sent to one recipient: the same at every attempt."""
    told_apart = hashlib.sha256(f"{instance}|{of}|{channel}|{address}".encode()).hexdigest()
    return f"<{told_apart[:32]}@{domain}>"


def wire_address(address: str) -> str:
    """Return a mail address with its domain as the network knows it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii').lower()}"


def domain_of(address: str) -> str:
    """Return the domain of a mail address as the network knows it."""
    return wire_address(address).rpartition("@")[2]


def needs_utf8(*addresses: str) -> bool:
    """Tell whether an address has letters before its "@" that only SMTPUTF8 can carry (RFC 6531)."""
    return any(not each.rpartition("@")[0].isascii() for each in addresses)


def header_text(text: str, most: int = MOST_OF_SUBJECT) -> str:
    """Return text on one line, without what is not shown or turns the direction of writing."""
    kept = "".join(
        " " if unicodedata.category(each) in _NOT_SHOWN else each
        for each in text
        if each not in _DIRECTIONS
    )
    line = " ".join(kept.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def encoded(text: str, first_column: int) -> list[str]:
    """Return the pieces a header's text is written in, one a line: as it is, or as encoded words.

    Words of RFC 2047 have at most 75 characters and break between characters, so that each can be
    read by itself.
    """
    if text.isascii() and "=?" not in text:
        return list(_lines(text, first_column))
    pieces, piece, room = [], b"", 75 - 12 - first_column
    for each in _clusters(text):
        data = each.encode()
        if piece and _base64_length(len(piece) + len(data)) > room:
            pieces.append(piece)
            piece, room = b"", 75 - 12
        piece += data
    pieces.append(piece)
    return [f"=?utf-8?b?{base64.b64encode(each).decode()}?=" for each in pieces]


def _lines(text: str, column: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and column + len(line) + 1 + len(word) > 76:
            yield line
            line, column = word, 1
        else:
            line = f"{line} {word}" if line else word
    yield line


def _clusters(text: str) -> Iterator[str]:
    """Split before what does not belong to the character before it: marks, joiners, variants."""
    cluster = ""
    for each in text:
        joined = (
            cluster.endswith("\u200d") or unicodedata.category(each)[0] == "M" or each == "\u200d"
        )
        if cluster and not (joined and len(cluster) < 8):
            yield cluster
            cluster = ""
        cluster += each
    yield cluster


def _base64_length(count: int) -> int:
    return (count + 2) // 3 * 4


def _folded(pieces: Sequence[str]) -> str:
    return "\r\n ".join(pieces)


def _mailbox(name: str, address: str) -> str:
    shown = header_text(name, 100)
    if shown.isascii() and "=?" not in shown:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{address}>' if shown else f"<{address}>"
    return f"{_folded(encoded(shown, 6))}\r\n <{address}>"


def _text_for(message: OutMessage) -> str:
    head = "".join(f"{note}\n\n" for note in _notes(message))
    foot = f"\nUnsubscribe: {message.unsubscribe_url}\n" if message.unsubscribe_url else ""
    body = message.rendered.text
    return f"{head}{body}{'' if body.endswith(chr(10)) or not foot else chr(10)}{foot}"


def _html_for(message: OutMessage) -> str:
    page = message.rendered.html
    head = "".join(
        f'<p class="n" style="{_BAD_BANNER}">{html.escape(note)}</p>' for note in _notes(message)
    )
    foot = ""
    if message.unsubscribe_url:
        url = html.escape(message.unsubscribe_url)
        foot = f'<p class="m" style="{_FOOTER}"><a href="{url}" style="color:inherit">Unsubscribe</a></p>'
    parts = page.split(TO_MARKER)
    if len(parts) < 3:  # as earlier versions rendered it
        body, end = page.find(">", page.find("<body")) + 1, page.rfind("</body>")
        return f"{page[:body]}{head}{page[body:end]}{foot}{page[end:]}"
    return f"{parts[0]}{head}{''.join(parts[1:-1])}{foot}{parts[-1]}"


def _notes(message: OutMessage) -> list[str]:
    return [
        *([TRIAL] if message.trial else []),
        *([REPEAT] if message.may_be_repeat else []),
    ]
