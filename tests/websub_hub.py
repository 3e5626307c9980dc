"""A WebSub hub for tests: on loopback, well behaved unless told otherwise."""

from __future__ import annotations

import hashlib
import hmac
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest

Form = dict[str, str]


def make_certificate(folder: Path) -> Path:
    """Make a self-signed certificate for 127.0.0.1; cert.pem and key.pem."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command is needed to make a certificate")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2"]
    command += ["-subj", "/CN=hub.test", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@dataclass
class Hub:
    """A running hub.

    `verifies` says when a request is verified: before it is answered, or not at all (the test does
    it). `status` is what requests are answered with, `body` what else is said, `headers` with it.
    `lease` is granted whatever is asked for; None leaves the field out. `asked` are the forms received,
    `answers` what callbacks answered verifications with.
    """

    url: str = ""
    verifies: Literal["at once", "never"] = "at once"
    status: int = 202
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    lease: str | None = "864000"
    asked: list[Form] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    subscribers: dict[str, Form] = field(default_factory=dict)

    def verify(self, form: Form, **other: str | None) -> tuple[int, str]:
        """Verify a request at its callback; `other` replaces fields, or leaves them out with None."""
        fields: dict[str, str | None] = {
            "mode": form["hub.mode"],
            "topic": form["hub.topic"],
            "challenge": f"challenge-{len(self.answers)}",
            "lease_seconds": self.lease if form["hub.mode"] == "subscribe" else None,
        } | other
        query = urlencode(
            {f"hub.{name}": text for name, text in fields.items() if text is not None}
        )
        return self.get(form["hub.callback"], query, str(fields["challenge"]), form)

    def get(self, callback: str, query: str, challenge: str, form: Form) -> tuple[int, str]:
        """Ask a callback; a subscriber who gives the challenge back is one from now on."""
        answer = httpx.get(f"{callback}?{query}", trust_env=False, timeout=30)
        self.answers.append((answer.status_code, answer.text))
        if answer.is_success and answer.text == challenge:
            if form["hub.mode"] == "subscribe":
                self.subscribers[callback] = form
            else:
                self.subscribers.pop(callback, None)
        return answer.status_code, answer.text

    def deny(self, form: Form, reason: str = "") -> int:
        """Tell a callback that its subscription is not possible."""
        query = urlencode(
            {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": reason}
        )
        self.subscribers.pop(form["hub.callback"], None)
        return httpx.get(f"{form['hub.callback']}?{query}", trust_env=False).status_code

    def push(
        self,
        body: bytes,
        form: Form | None = None,
        *,
        method: str = "sha256",
        signature: str | None = None,
        content_type: str = "application/rss+xml",
        headers: dict[str, str] | None = None,
    ) -> int:
        """Send a document to one subscriber, the last one by default; `signature` "" sends none."""
        form = form or list(self.subscribers.values())[-1]
        if signature is None:
            signature = sign(body, form["hub.secret"], method)
        named = {"Content-Type": content_type, **(headers or {})}
        if signature:
            named["X-Hub-Signature"] = signature
        return httpx.post(
            form["hub.callback"], content=body, headers=named, trust_env=False, timeout=30
        ).status_code

    def take(self, form: Form) -> None:
        """Note a request, and verify it if that is how the hub is."""
        self.asked.append(form)
        if self.verifies == "at once" and 200 <= self.status < 300:
            self.verify(form)


def sign(body: bytes, secret: str, method: str = "sha256") -> str:
    """Write the field X-Hub-Signature."""
    digest = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return f"{method}={digest}"


@contextmanager
def running_hub(certificate: Path | None) -> Iterator[Hub]:
    """Run a hub on 127.0.0.1 at a free port; without a certificate over plain http."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            hub.take(dict(parse_qsl(sent, keep_blank_values=True, strict_parsing=True)))
            self.send_response(hub.status)
            for name, value in hub.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(hub.body)))
            self.end_headers()
            self.wfile.write(hub.body.encode())

        def log_message(self, *_: Any) -> None:
            """Keep standard error for the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate is not None else "http"
    hub.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
