"""What the tests of the channels share: a receiver on loopback, and a message with its ways to it.

The receiver runs in a thread with a loop of its own, as a channel blocks the thread that calls it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.deliver.ways import Ways
from monitor.model.delivery import OutMessage, Step
from monitor.model.digest import Mail
from monitor.model.edition import Rendered
from monitor.service.posting import poster
from monitor.settings.values import FetchSettings
from tests.fetch.server import TLS, Asked, Server, answer, running

NOW = datetime(2026, 11, 23, 6, 0, 3, tzinfo=UTC)
SECRET_PATH = "/services/T0AAAA1/Zq9xKwPlm2"
KEY = "k3y-of-the-tests-k3y"
TOLD = ["replied"]


@dataclass
class Receiver:
    """Takes what is posted: the answers it gives are those of `tests.fetch.server`."""

    server: Server
    bodies: list[bytes] = field(default_factory=list)

    def on(self, *answers: bytes | str) -> str:
        """Answer so in turn, the last again and again ("hang-up", "silence"); return the address."""
        acts = [self._act(each) for each in answers]
        return self.server.on(SECRET_PATH, *acts)

    def _act(self, answers: bytes | str) -> Any:
        async def take(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
        ) -> None:
            self.bodies.append(await reader.readexactly(int(asked.values("Content-Length")[0])))
            if answers == "silence":
                await asyncio.sleep(60)
            if isinstance(answers, bytes):
                writer.write(answers)
                await writer.drain()

        return take

    @property
    def posted(self) -> list[Any]:
        """What was posted, as JSON."""
        return [json.loads(body) for body in self.bodies]


OK = answer(200, b"ok")


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver."""
    started: list[Receiver] = []
    ready = threading.Event()
    done: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        ended = asyncio.Event()
        async with _receiver() as receiver:
            done.append((asyncio.get_running_loop(), ended))
            started.append(receiver)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(20)
    try:
        yield started[0]
    finally:
        loop, ended = done[0]
        loop.call_soon_threadsafe(ended.set)
        thread.join(20)


@asynccontextmanager
async def _receiver() -> AsyncIterator[Receiver]:
    async with running() as server:
        yield Receiver(server)


@dataclass
class Told:
    """What a channel told of its steps and waits, in order."""

    said: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def step(self, step: Step) -> None:
        self.said.append(step)

    def handing_over(self) -> None:
        self.said.append("handing-over")


def ways_to(
    told: Told,
    root: Path,
    environ: Mapping[str, str],
    *,
    allow: tuple[str, ...] = ("127.0.0.0/8",),
    timeout: str = "5s",
) -> Ways:
    """Return ways through the real poster."""
    settings = FetchSettings.model_validate({"allow_private": allow, "timeout": timeout})
    return Ways(
        root=root,
        mail=Mail(),
        environ=environ,
        post=poster(settings, "0.1", tls=TLS),
        step=told.step,
        clock=lambda: NOW,
        sleep=told.slept.append,
    )


def an_item(number: int, **other: Any) -> dict[str, Any]:
    """Return a card as an edition's JSON has it."""
    return {
        "story": f"s{number}",
        "title": f"Bureau {number} lists firms & others <again>",
        "url": f"https://harbour-post.example/{number}?a=1&b=2",
        "outlet": "Harbour Post",
        "excerpt": "The bureau said so.",
        "outlets": ["Harbour Post", "Civic Wire"],
        "copies": 2,
        "why": [
            {"topic": "chips", "version": 3, "clause": "@chips", "words": "H20", "field": "title"}
        ],
        "entries": [f"e{number}"],
        **other,
    }


def a_document(cards: int = 2, **other: Any) -> dict[str, Any]:
    """Return an edition's JSON, with the keys that chat shows."""
    return {
        "digest": "daily",
        "edition": "daily-2026-11-23-0700",
        "title": "AI policy",
        "local_on": "2026-11-23",
        "missed": 0,
        "window": {
            "from": "2026-11-22T06:00:00Z",
            "until": "2026-11-23T06:00:00Z",
            "timezone": "Europe/Berlin",
        },
        "coverage": {
            "feeds": 43,
            "checked": 41,
            "stories": cards,
            "words": ["41 of 43 feeds checked", "12 entries seen, 5 matched"],
        },
        "notice": "",
        "leads": [
            {
                "title": "Bureau 0 lists firms",
                "url": "https://harbour-post.example/0",
                "outlet": "Harbour Post",
                "outlets": 2,
                "topic_title": "Chips",
            }
        ],
        "sections": [
            {
                "topic": "chips",
                "title": "Chips",
                "cards": [
                    an_item(
                        n, document={"title": "Rule 7", "outlet": "Trade Bureau"} if n else None
                    )
                    for n in range(cards)
                ],
                "more": 7,
            }
        ],
        "developing": [
            {
                "card": an_item(90, title="A ruling, continued"),
                "news": ["2 more outlets", "a document"],
                "told_in": "daily-2026-11-20-0700",
                "told_on": "2026-11-20",
            }
        ],
        "changed": [
            {"kind": "withdrawn", "title": "A notice", "url": "", "outlet": "Trade Bureau"},
            {"kind": "edited", "title": "A ruling", "before": "The ruling", "outlet": "Civic Wire"},
        ],
        "documents": [an_item(91, title="Notice 12/2026", outlet="Trade Bureau")],
        "quiet": ["Open weights"],
        **other,
    }


AN_ALERT = {
    "alert": "chips",
    "title": "Chip news",
    "subject": "Chip news: Bureau 5 lists firms",
    "created_at": "2026-11-23T06:00:00Z",
    "stories": [an_item(5)],
    "more": 3,
    "note": "Two outlets tell it.",
}


def a_message(document: Mapping[str, Any] | None = None, **other: Any) -> OutMessage:
    """Return the message of an edition, or of whatever the document is."""
    body = json.dumps(a_document() if document is None else document, ensure_ascii=False)
    rendered = Rendered(
        subject="AI policy: 2 stories – Bureau 0 lists firms (Mon 23 Nov)",
        text="AI policy\n=========\n\n[1] Bureau 0 lists firms\n    芯片 @here\n",
        markdown="# AI policy\n",
        html="<p>AI policy</p>\n",
        json=body,
    )
    known: dict[str, Any] = {
        "id": "daily-2026-11-23-0700",
        "list_name": "daily",
        "title": "AI policy",
        "rendered": rendered,
        "created_at": datetime(2026, 11, 23, 6, tzinfo=UTC),
        "message_id": "<daily-2026-11-23-0700.abc@monitor.example>",
    }
    return OutMessage(**(known | other))
