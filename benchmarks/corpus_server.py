"""Serve every file of a folder over HTTP on loopback, from a process of its own.

`python -m benchmarks.corpus_server FOLDER [--hosts 64]` prints one JSON line, `{path: address}`,
and then answers GET until its standard input ends. Files are spread over the addresses 127.0.0.2,
127.0.0.3 and so on, as feeds are spread over hosts: a client that asks one host one thing at a
time is not held up by our all being one machine. Each answer has a strong ETag and a Last-Modified
(RFC 9110, 8.8) and honours both. A line on standard input ("take") is answered by one JSON line
with the statuses of each path since the last such line: `{path: [200, 304]}`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote, unquote

TYPES = {
    ".atom": "application/atom+xml",
    ".json": "application/feed+json",
    ".rss": "application/rss+xml",
    ".txt": "text/html",
    ".xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is served."""

    body: bytes
    content_type: str
    etag: str
    last_modified: str


class Folder:
    """The documents of a folder, and what was answered for each."""

    def __init__(self, folder: Path) -> None:
        self.documents = {
            f"/{path.name}": _document(path)
            for path in sorted(folder.iterdir())
            if path.is_file() and path.name[0] != "."
        }
        self.answered: dict[str, list[int]] = defaultdict(list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until the other side ends it."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                writer.write(self._answer(head))
                await writer.drain()
        writer.close()

    def _answer(self, head: str) -> bytes:
        request, *lines = head.split("\r\n")
        method, target, *_ = [*request.split(" "), "", ""]
        named = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in named}
        path = unquote(target.partition("?")[0])
        document = self.documents.get(path)
        if document is None or method not in {"GET", "HEAD"}:
            return _head(404, ["Content-Length: 0"])
        fresh = [f"ETag: {document.etag}", f"Last-Modified: {document.last_modified}"]
        if headers.get("if-none-match") == document.etag or (
            "if-none-match" not in headers
            and headers.get("if-modified-since") == document.last_modified
        ):
            self.answered[path].append(304)
            return _head(304, fresh)
        self.answered[path].append(200)
        length = f"Content-Length: {len(document.body)}"
        lead = _head(200, [*fresh, f"Content-Type: {document.content_type}", length])
        return lead if method == "HEAD" else lead + document.body


def _document(path: Path) -> Document:
    body = path.read_bytes()
    return Document(
        body,
        TYPES.get(path.suffix, "application/octet-stream"),
        f'"{hashlib.sha256(body).hexdigest()[:24]}"',
        formatdate(path.stat().st_mtime, usegmt=True),
    )


def _head(status: int, headers: list[str]) -> bytes:
    words = {200: "OK", 304: "Not Modified", 404: "Not Found"}[status]
    return "\r\n".join([f"HTTP/1.1 {status} {words}", *headers, "", ""]).encode("latin-1")


async def run(folder: Path, hosts: int) -> None:
    """Serve until standard input ends."""
    site = Folder(folder)
    bases: list[str] = []
    servers: list[asyncio.Server] = []
    for number in range(2, hosts + 2):
        host = f"127.0.0.{number}"
        # The backlog holds every client that may come at once; a full one would look like slowness.
        server = await asyncio.start_server(site.serve, host, 0, backlog=512)
        servers.append(server)
        bases.append(f"http://{host}:{server.sockets[0].getsockname()[1]}")
    addresses = {
        path: bases[number % len(bases)] + quote(path) for number, path in enumerate(site.documents)
    }
    print(json.dumps(addresses), flush=True)
    commands = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(commands)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while await commands.readline():
        print(json.dumps(site.answered), flush=True)
        site.answered.clear()
    for server in servers:
        server.close()


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hosts", type=int, default=64, choices=range(1, 201), metavar="1..200")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.folder, arguments.hosts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
