"""Reading a body within its bounds, as sent and as decoded.

The HTTP library would decode a network chunk whole, however large it becomes, and would take a
compressed body that breaks off for a complete one. Here zlib is told how much it may produce, and
the end of the coded stream must be seen.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing

import httpx

from monitor.fetch.addresses import shown
from monitor.fetch.failures import Stop, body_failures
from monitor.fetch.headers import values
from monitor.fetch.keeping import Kept

_GZIP = ("gzip", "x-gzip")
_DEFLATE = "deflate"
_MAX_MEMBERS = 1000
_MEMBER = b"\x1f\x8b"
_AT_ONCE = 256_000
"""Bytes unpacked in one go: a small piece may hold a thousand times its size."""


async def read_body(
    response: httpx.Response, coding: str, *, max_wire: int, max_decoded: int
) -> tuple[bytes, str]:
    """Read the body of an answer and undo its content coding; sizes are bytes.

    Returns it, and a sentence when it broke off: before its declared length, in the middle of its
    chunks. That is only said of a body without coding; of a coded one nothing can be trusted then.
    Raises `Stop`: "too-large", "bad-coding", "truncated", or what the network did.
    """
    where = shown(response.request.url)
    decoder = Decoder(coding, max_decoded, where)
    declared = values(response.headers.raw, b"content-length")
    if declared and declared[0].isdigit() and int(declared[0][:20]) > max_wire:
        raise _too_large(where, max_wire, "sends")
    wire = 0
    with closing(decoder):
        try:
            with body_failures(where):
                async with aclosing(raw_chunks(response)) as chunks:
                    async for chunk in chunks:
                        wire += len(chunk)
                        if wire > max_wire:
                            raise _too_large(where, max_wire, "sends")
                        decoder.feed(chunk)
        except Stop as stop:
            if stop.kind == "truncated" and not coding and decoder.size:
                return decoder.so_far(), stop.message
            raise
        return decoder.finish(), ""


async def raw_chunks(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield the body piece by piece as it came over the network."""
    async for chunk in response.aiter_raw():
        yield chunk


def content_coding(headers: list[tuple[bytes, bytes]], where: str) -> str:
    """Return the one content coding of an answer, "" for none (RFC 9110 section 8.4).

    Raises `Stop` ("bad-coding") for any but gzip and deflate, and for more than one: codings that
    are stacked serve nobody but those who send bombs.
    """
    joined = b",".join(values(headers, b"content-encoding")).decode("latin-1").lower()
    names = [name.strip() for name in joined.split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    if not codings:
        return ""
    if len(codings) > 1 or codings[0] not in (*_GZIP, _DEFLATE):
        raise Stop(
            "bad-coding",
            f"{where} answers with the content coding {', '.join(codings)[:60]!r}; only gzip and "
            "deflate were asked for.",
        )
    return codings[0]


class Decoder:
    """Undoes one content coding piece by piece and never keeps more than `cap` decoded bytes.

    Has to be closed.

    gzip may have several members (RFC 1952 section 2.2); deflate comes with the zlib wrapper, as
    it should (RFC 1950), or without. What follows the end of the coded stream is ignored.
    """

    def __init__(self, coding: str, cap: int, where: str = "the address") -> None:
        self._coding = coding
        self._cap = cap
        self._where = where
        self._held = b""
        self._zlib: zlib._Decompress | None = None
        self._members = 0
        self._ended = False
        self._begun = False
        self._kept = Kept()

    def close(self) -> None:
        """Forget what was decoded."""
        self._kept.close()

    @property
    def size(self) -> int:
        """How many decoded bytes are kept."""
        return self._kept.size

    def feed(self, chunk: bytes) -> None:
        """Take the next piece as it came over the network. Raises `Stop`."""
        if not chunk or self._ended:
            return
        self._begun = True
        if not self._coding:
            self._keep(chunk)
            return
        data = self._held + chunk
        if self._zlib is None and len(data) < 2:
            self._held = data  # two bytes tell which kind of stream it is
            return
        self._held = b""
        try:
            self._inflate(data)
        except zlib.error as error:
            raise self._bad(f"is damaged ({error})") from error

    def finish(self) -> bytes:
        """Return the decoded body. Raises `Stop` ("truncated") when the stream has no end."""
        if self._coding and self._begun and not self._ended:
            between_members = self._zlib is None and self._members > 0
            if not between_members:
                raise Stop("truncated", f"{self._where} ended in the middle of its coded body.")
        return self._kept.value()

    def so_far(self) -> bytes:
        """Return what has been decoded until now, complete or not."""
        return self._kept.value()

    def _inflate(self, data: bytes) -> None:
        more = False  # to come out of what was put in already
        while data or more:
            if self._zlib is None:
                if not self._next_stream(data):
                    return
                continue
            most = min(_AT_ONCE, self._cap + 1 - self.size)
            produced = self._zlib.decompress(data, most)
            more = len(produced) == most
            self._keep(produced)
            if self._zlib.eof:
                data = self._zlib.unused_data
                self._zlib = None
                more = False
                self._members += 1
                if self._coding == _DEFLATE:
                    self._ended = True
                    return
            else:
                data = self._zlib.unconsumed_tail

    def _next_stream(self, data: bytes) -> bool:
        """Begin the stream `data` starts with; False when it has to wait or there is none."""
        if self._coding == _DEFLATE:
            wrapped = data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._zlib = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
            return True
        if self._members and len(data) < 2 and _MEMBER.startswith(data):
            self._held = data
            return False
        if not data.startswith(_MEMBER):
            if not self._members:
                raise self._bad("is no gzip stream")
            self._ended = True
            return False
        if self._members >= _MAX_MEMBERS:
            raise self._bad("has too many gzip members")
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def _keep(self, produced: bytes) -> None:
        if self.size + len(produced) > self._cap:
            raise _too_large(self._where, self._cap, "unpacks to")
        self._kept.add(produced)

    def _bad(self, words: str) -> Stop:
        return Stop("bad-coding", f"The {self._coding} body of {self._where} {words}.")


def _too_large(where: str, cap: int, does: str) -> Stop:
    return Stop(
        "too-large", f"{where} {does} more than {cap} bytes; [fetch] max_size says how many may be."
    )
