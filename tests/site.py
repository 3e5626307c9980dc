"""A small web site on loopback for tests: real HTTP, scripted answers, a log of what was asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """What one path answers. With `etag`, a matching If-None-Match gets a 304.

    With `wait` the answer never comes while the site runs; `Site.waiting` is released when
    somebody has begun to wait.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "application/rss+xml"
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = True
    wait: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    status: int


class Site:
    """The running site: set `pages`, read `asked`."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.base = ""
        self.waiting = threading.Semaphore(0)
        self.closing = threading.Event()

    def url(self, path: str) -> str:
        """Return the whole address of a path."""
        return self.base + path

    def statuses(self, path: str) -> list[int]:
        """Return the statuses this path was answered with, in order."""
        return [asked.status for asked in self.asked if asked.path == path]


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a site on 127.0.0.1 at a free port."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = site.pages.get(self.path, Page(b"nothing here", 404, "text/plain", etag=False))
            if page.wait:
                site.waiting.release()
                site.closing.wait(60)
                return
            tag = '"' + hashlib.sha256(page.body).hexdigest()[:16] + '"'
            same = page.etag and page.status == 200 and self.headers["If-None-Match"] == tag
            status = 304 if same else page.status
            asked = Asked(self.command, self.path, dict(self.headers.items()), status)
            site.asked.append(asked)
            self.send_response(status)
            if page.etag and page.status == 200:
                self.send_header("ETag", tag)
            for name, value in page.headers.items():
                self.send_header(name, value)
            body = b"" if status == 304 else page.body
            if status != 304:
                self.send_header("Content-Type", page.content_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep standard error for the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def rss(
    *entries: tuple[str, str, str], title: str = "A feed", base: str = "https://a.example"
) -> bytes:
    """Write an RSS 2.0 document with (guid, title, description) for each entry."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{head}</title>"
        f"<link>{base}/{guid}</link><description>{text}</description>"
        "<pubDate>Mon, 16 Nov 2026 09:00:00 GMT</pubDate></item>"
        for guid, head, text in entries
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>{base}</link><description>d</description>{items}</channel></rss>"
    ).encode()
