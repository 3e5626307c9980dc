"""The server of the demo: the sample feeds of seeds/demo over real HTTP on this machine.

It does what publishers do, so that the demo shows what the monitor makes of it: validators and
304 answers (RFC 9110 section 13), gzip, a permanent redirect, a feed that is gone, a slow one,
one that is edited after the first fetch, and some that publish more when told to. What is served where stands in seeds/demo/site.toml.
The documents give their dates relative to the start, so that the week they cover is always the
last one.
"""

from __future__ import annotations

import gzip
import hashlib
import socketserver
import threading
import time
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Self

from monitor.errors import NotFoundError
from monitor.model.feed import Feed
from monitor.service.demodates import fill


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered, for the demo's own account of what happened."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """A [[route]] of site.toml."""

    path: str
    file: str = ""
    second: str = ""
    later: str = ""
    type: str = "text/plain"
    etag: bool = True
    last_modified: bool = True
    status: int = 200
    location: str = ""
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class DemoSite:
    """A server on 127.0.0.1 while the `with` block lasts.

    `now` is the start, which the dates in the documents count back from. `base_url` is the
    address everything is below, without a slash at its end. Raises `NotFoundError` when `seeds`
    holds no sample feeds.
    """

    def __init__(self, seeds: Path, now: datetime) -> None:
        site = seeds / "site.toml"
        if not site.is_file():
            raise NotFoundError(f"{site} is not there. Install monitor again to get its seeds.")
        self._seeds = seeds
        self._now = now.astimezone(UTC).replace(microsecond=0)
        tables = tomllib.loads(site.read_text("utf-8"))["route"]
        self._routes = {table["path"]: _Route(**table) for table in tables}
        self._lock = threading.Lock()
        self._served: dict[str, int] = {}
        self._requests: list[Request] = []
        self._published_at: datetime | None = None
        self.base_url = ""

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests answered so far, oldest first."""
        with self._lock:
            return tuple(self._requests)

    def feeds_toml(self) -> str:
        """Return seeds/demo/feeds.toml with this server's address filled in."""
        text = (self._seeds / "feeds.toml").read_text("utf-8")
        return text.replace("{base}", self.base_url)

    def feeds(self) -> tuple[Feed, ...]:
        """Return the feeds of seeds/demo/feeds.toml at this server's address."""
        tables = tomllib.loads(self.feeds_toml())["feed"]
        return tuple(Feed(**{**table, "tags": tuple(table["tags"])}) for table in tables)

    def publish_more(self, now: datetime) -> None:
        """Let the feeds with a `later` bring that from now on, beside what they had."""
        with self._lock:
            self._published_at = now.astimezone(UTC).replace(microsecond=0)

    def answer(self, path: str, headers: dict[str, str]) -> _Answer:
        """Decide what a GET gets. `headers` has lower-case names."""
        route = self._routes.get(path)
        if route is None:
            return _Answer(404, (("Content-Type", "text/plain"),), b"no such sample feed\n")
        time.sleep(route.delay)
        if route.location:
            return _Answer(route.status, (("Location", route.location),))
        if not route.file:
            return _Answer(route.status, (("Content-Type", "text/plain"),), b"gone for good\n")
        with self._lock:
            edited = bool(route.second) and self._served.get(path, 0) > 0
            self._served[path] = self._served.get(path, 0) + 1
            published_at = self._published_at if route.later else None
        body = (self._seeds / (route.second if edited else route.file)).read_bytes()
        changed_at = self._now if edited else self._now - timedelta(hours=1)
        if published_at:
            body = _before_the_others((self._seeds / route.later).read_bytes(), body)
            changed_at = published_at
        body = fill(body, self._now)
        zipped = "gzip" in headers.get("accept-encoding", "")
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}{"-gzip" if zipped else ""}"'
        sent = [("Vary", "Accept-Encoding")]
        if route.etag:
            sent.append(("ETag", tag))
        if route.last_modified:
            sent.append(("Last-Modified", format_datetime(changed_at, usegmt=True)))
        if _unchanged(
            headers, tag if route.etag else "", changed_at if route.last_modified else None
        ):
            return _Answer(304, tuple(sent))
        sent.append(("Content-Type", route.type))
        if zipped:
            sent.append(("Content-Encoding", "gzip"))
            body = gzip.compress(body, mtime=0)
        return _Answer(route.status, tuple(sent), body)

    def note(self, request: Request) -> None:
        """Add to the requests answered."""
        with self._lock:
            self._requests.append(request)


def _before_the_others(entries: bytes, document: bytes) -> bytes:
    """Put entries, as `<item>` or `<entry>` elements, before the first of a document."""
    opening = entries[: entries.index(b">") + 1]
    return document.replace(opening, entries + opening, 1)


def _unchanged(headers: dict[str, str], tag: str, changed_at: datetime | None) -> bool:
    """Whether a 304 is due: If-None-Match wins over If-Modified-Since (RFC 9110 13.1.3)."""
    known = headers.get("if-none-match")
    if known is not None:
        return bool(tag) and tag in [each.strip().removeprefix("W/") for each in known.split(",")]
    since = headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        # A date nobody can read counts as none (RFC 9110 13.1.3).
        return False


class _Server(socketserver.ThreadingTCPServer):
    """Unlike http.server's, it does not look up its own name, which takes long without DNS."""

    site: DemoSite
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about a client that hung up: nobody reads this server's log."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.server.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = site.answer(self.path, headers)
        # Noted before it is sent, so that whoever has the answer finds it in `requests`.
        site.note(Request("GET", self.path, answer.status))
        self.send_response(answer.status)
        for name, value in (*answer.headers, ("Connection", "close")):
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: `requests` has it."""
