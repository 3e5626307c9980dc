"""A server of the OpenAI kind on loopback that answers as a test wants: well, wrongly, or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What is answered; with `endless` the body is repeated until the other side leaves."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    endless: bool = False
    stall: bool = False
    headers: tuple[tuple[str, str], ...] = ()


def saying(text: str, **choice: Any) -> Reply:
    """Answer as a model that says this."""
    message = {"role": "assistant", "content": text}
    return Reply(json.dumps({"choices": [{"index": 0, "message": message, **choice}]}).encode())


@dataclass
class ModelServer:
    """A running one: `answer` makes a reply of each question, `asked` holds the questions."""

    answer: Callable[[dict[str, Any]], Reply] = lambda _: saying("")
    models: Reply = Reply(b'{"object": "list", "data": [{"id": "small"}]}')
    base: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving_model() -> Iterator[ModelServer]:
    """Run one on a free port."""
    here = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            here.asked.append({"path": self.path, **question})
            here.keys.append(self.headers["Authorization"])
            self._reply(here.answer(question))

        def do_GET(self) -> None:
            here.keys.append(self.headers["Authorization"])
            self._reply(here.models)

        def _reply(self, reply: Reply) -> None:
            if reply.stall:
                here.closing.wait(30)
                return
            with suppress(ConnectionError):  # who is answered may leave
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.content_type)
                for name, value in reply.headers:
                    self.send_header(name, value)
                if not reply.endless:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                while reply.endless and not here.closing.is_set():
                    self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

    server = Quiet(("127.0.0.1", 0), Handler)
    here.base = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        here.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
