"""Documents made worse, the same way each time: what `mutants` feeds to the parser."""

from __future__ import annotations

import codecs
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.parse.feeds import ITEM, SPACES, atom, rss

_SPLICES = (
    b"&#xD800;", b"&#0;", b"&#99999999999;", b"&amp;#" + b"9" * 5000 + b";", b"\x00", b"\xff", b"\x1b$B",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<item>", b"</item>", b"<entry>", b"</rss>", b"<rss>",
    b"<georss:point/>", b"<media:player/>", b"<media:content width='x'/>", b"<itunes:image/>",
    b"<textInput>", b"<image>", b"<source>", b"<author>", b"<title type='xhtml'>", b"<script>",
    b"<content type='image/png'>", b"<content type='application/octet-stream' mode='base64'>",
    b"xml:base='http://['", b"xmlns:x=''", b'"', b"'", b"<", b">", b"&", b"\\ud800", b"null", b"{", b"[",
    b"1e999", b"<?php ?>", b"<!DOCTYPE html>", b"<html>", b"<a href='javascript:x'>", b"\xef\xbf\xbe",
)  # fmt: skip
_ENCODINGS = (
    "utf-8", "utf-16", "utf-16-be", "utf-32", "utf-7", "iso-8859-1", "gb18030", "shift_jis", "euc-kr",
    "koi8-r", "cp037", "iso-2022-jp", "no-such-thing", "zlib", "idna", "unicode_escape",
)  # fmt: skip
_HEADERS = (
    "", "application/rss+xml", "text/xml", "text/html; charset=iso-8859-1", "application/xml; charset="
    "utf-16", "text/xml;charset=gb2312", "application/json", "text/plain; charset=zlib", "é;;charset",
)  # fmt: skip
_BOMB = b"<!DOCTYPE r [<!ENTITY a0 'aaaaaaaaaa'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
)
_TAG = re.compile(rb"<[^<>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document to parse, and in words how it came about."""

    body: bytes
    content_type: str
    how: str


def seeds() -> list[bytes]:
    """Return sound documents of every format."""
    rich = (
        "<item><title>Größe &amp; 芯片</title><guid>2</guid><dc:creator>A. One</dc:creator><author>b@"
        "ledger.example (B)</author><category>x</category><media:content url='/a.jpg' width='10'/>"
        "<georss:point>1 2</georss:point><itunes:duration>1:02</itunes:duration><enclosure "
        "url='/a.mp3' length='9' type='audio/mpeg'/><content:encoded><![CDATA[<div><p>Long <a "
        "href='/x'>text</a> <img src='/y.png'></p></div>]]></content:encoded></item>"
    )
    entry = (
        "<entry><id>1</id><title type='html'>One &lt;b&gt;</title><link href='/1'/><updated>2026-11-"
        "20T10:00:00Z</updated><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Un"
        "<br/>deux</p></div></content><author><name>A</name></author></entry>"
    )
    rdf = (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/" {SPACES}><channel rdf:about="x"><title>L</title></channel>'
        '<item rdf:about="https://l.example/1"><title>One</title><dc:date>2026-11-20</dc:date></item>'
        "</rdf:RDF>"
    )
    json = (
        '{"version":"https://jsonfeed.org/version/1.1","title":"L","hubs":[{"type":"WebSub","url":"/h"'
        '}],"items":[{"id":"1","tags":["a"],"content_html":"<p>x","date_published":"2026-11-01T00:00:00'
        'Z","attachments":[{"url":"/a"}]},{"id":"2","content_text":"ü","authors":[{"name":"A"}]}]}'
    )
    page = (
        "<!doctype html><html><head><title>The Ledger</title><link rel=alternate type='application/"
        "rss+xml' href='/f'></head><body><h1>News</h1><p>Words<form><input type=password></form>"
    )
    return [
        rss(ITEM + rich * 3, "<ttl>60</ttl><skipHours><hour>1</hour></skipHours>"),
        atom(entry * 4, 'xml:lang="de" xml:base="https://l.example/a/"'),
        rdf.encode(),
        json.encode(),
        page.encode(),
    ]


def mutant(documents: Sequence[bytes], number: int) -> Mutant:
    """Return the mutant of this number; the same documents give the same one."""
    chance = random.Random(number)
    body = chance.choice(documents)
    ways = chance.choices(_WAYS, weights=_WEIGHTS, k=chance.choice((1, 1, 1, 2, 2, 3, 5)))
    for way in ways:
        body = way(body, chance, documents)[:10_000_000]
    how = " + ".join(way.__name__.strip("_") for way in ways)
    return Mutant(body, chance.choice(_HEADERS), f"{number}: {how}")


def _flips(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    flipped = bytearray(body)
    for _ in range(chance.randint(1, 20) if flipped else 0):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _cut(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    return body[: chance.randint(0, len(body))]


def _hole(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(body))
    return body[:at] + body[at + chance.randint(0, 200) :]


def _splice(body: bytes, chance: random.Random, documents: Sequence[bytes]) -> bytes:
    other = chance.choice(documents)
    start = chance.randint(0, len(other))
    piece = other[start : start + chance.randint(1, 2000)]
    return _inserted(body, piece, chance)


def _token(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    for _ in range(chance.randint(1, 6)):
        body = _inserted(body, chance.choice(_SPLICES), chance)
    return body


def _tags(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    """Repeat one of its tags, somewhere else too."""
    found = _TAG.findall(body[:200_000])
    if not found:
        return body
    tag = chance.choice(found)
    return _inserted(body.replace(tag, tag * 2, 1), tag * chance.randint(1, 20), chance)


def _entities(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    at = body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0
    body = body[:at] + _BOMB + body[at:]
    return _inserted(body, b"&a%d;" % chance.randint(0, 9) * chance.randint(1, 5), chance)


def _declaration(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    """Declare another encoding, or write the document in another one."""
    name = chance.choice(_ENCODINGS)
    if chance.random() < 0.5:
        return (
            re.sub(rb'encoding="[^"]*"', b'encoding="' + name.encode() + b'"', body[:200], count=1)
            + (body[200:])
        )
    try:
        return body.decode("utf-8", "replace").encode(name, "replace")
    except (LookupError, UnicodeError):
        return body


def _mark(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    marks = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
    return chance.choice(marks) + body


def _attributes(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    many = b"".join(b' a%d="x"' % number for number in range(_many(chance, 20_000)))
    return body.replace(b"<item", b"<item" + many, 1).replace(b"<entry", b"<entry" + many, 1)


def _nesting(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    tag = chance.choice(
        (b"<div>", b"<b>", b"<item>", b"<a href='x'>", b"<x:y>", b"<!--", b"[", b'{"a":')
    )
    return _inserted(body, tag * _many(chance, 50_000), chance)


def _items(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    found = re.search(rb"<item\b.*?</item>|<entry\b.*?</entry>", body[:100_000], re.DOTALL)
    if not found:
        return body
    return body.replace(
        found[0], found[0] * min(_many(chance, 20_000), 3_000_000 // len(found[0])), 1
    )


def _text(body: bytes, chance: random.Random, _documents: Sequence[bytes]) -> bytes:
    """Put much of one kind of text into one of its elements."""
    words = (
        b"word ",
        b"a",
        b"&amp;",
        b"&lt;b&gt;",
        b"<br>",
        "芯".encode(),
        b"\n",
        b"a@b.example ",
        b"1,",
        b"http://",
    )
    tag = chance.choice(
        (b"<title>", b"<author>", b"<description>", b"<link>", b"<pubDate>", b"<p>", b'"')
    )
    return body.replace(tag, tag + chance.choice(words) * _many(chance, 500_000), 1)


def _inserted(body: bytes, piece: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(body))
    return body[:at] + piece + body[at:]


def _many(chance: random.Random, most: int) -> int:
    """Draw a number up to `most`, each order of magnitude as likely as the others."""
    return int(most ** chance.random())


_Way = Callable[[bytes, random.Random, Sequence[bytes]], bytes]
_WAYS: tuple[_Way, ...] = (
    _flips, _cut, _hole, _splice, _token, _tags, _entities, _declaration, _mark, _attributes, _nesting,
    _items, _text,
)  # fmt: skip
_WEIGHTS = (4, 4, 3, 4, 5, 3, 2, 3, 1, 2, 2, 2, 3)
