"""Asking a model: over a server of the OpenAI kind, through our own guarded HTTP.

What a server does is a value: its answer, or `Unanswered` with a reason in our own words. Nothing a
server writes into an error gets into one, as some repeat the key there.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from monitor import __version__
from monitor.fetch.client import Fetcher
from monitor.model.digest import Summaries
from monitor.model.fetch import Fetched, FetchFailure
from monitor.service.refreshing import fetch_limits
from monitor.settings.values import FetchSettings

MOST_ANSWER = 200_000
"""Bytes of an answer that are read."""
_MOST_TEXT = 40_000
_SENDABLE = re.compile(r"[\x21-\x7e]+")


class Ask(Protocol):
    """Posts a body to an address through the guard; what the world does is a value."""

    def __call__(
        self, url: str, body: bytes, headers: Sequence[tuple[str, str]], seconds: float
    ) -> Fetched | FetchFailure:
        """Return the whole answer, within the seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer, as the end of a sentence. `final`: asking again now is in vain."""

    reason: str
    final: bool = False


Tell = Callable[[str, str, float], str | Unanswered]
"""Gives a model the system's words and the data; returns its answer within the seconds."""


def guarded_ask(settings: FetchSettings) -> Ask:
    """Return a way to ask servers that keeps to `[fetch]` but for the time and the size.

    It blocks, and is not for a thread that runs an event loop.
    """
    limits = fetch_limits(settings)

    def ask(
        url: str, body: bytes, headers: Sequence[tuple[str, str]], seconds: float
    ) -> Fetched | FetchFailure:
        bounds = replace(
            limits,
            timeout=timedelta(seconds=seconds),
            max_wire=MOST_ANSWER,
            max_decoded=MOST_ANSWER,
        )

        async def post() -> Fetched | FetchFailure:
            async with Fetcher(bounds, __version__) as fetcher:
                return await fetcher.ask(url, body, headers)

        return asyncio.run(post())

    return ask


def key_fault(name: str, key: str) -> str:
    """Say what is wrong with the key in the variable `name`, "" when it is there and can be sent."""
    if name and not key:
        return f"the environment variable {name} is not set"
    if key and not _SENDABLE.fullmatch(key):
        return f"the environment variable {name} holds no key: it has blanks or other characters"
    return ""


def key_headers(key: str) -> tuple[tuple[str, str], ...]:
    """Return the header that carries the key, none without one."""
    return (("Authorization", f"Bearer {key}"),) if key else ()


def server_model(settings: Summaries, key: str, ask: Ask) -> Tell:
    """Return a way to ask the model of a server."""
    headers = (
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
        *key_headers(key),
    )
    url = f"{settings.server}/chat/completions"
    usual = True  # until a server refuses it: newer ones name the length otherwise

    def tell(system: str, data: str, seconds: float) -> str | Unanswered:
        nonlocal usual
        began = time.monotonic()
        outcome = ask(url, _question(settings, system, data, usual=usual), headers, seconds)
        left = seconds - (time.monotonic() - began)
        refused = usual and isinstance(outcome, FetchFailure) and outcome.status == 400
        if refused and left > 0:
            outcome = ask(url, _question(settings, system, data, usual=False), headers, left)
            usual = isinstance(outcome, FetchFailure)
        if isinstance(outcome, FetchFailure):
            return unanswered(outcome, bool(key))
        return _answer_in(outcome.body)

    return tell


def unanswered(failure: FetchFailure, with_key: bool) -> Unanswered:
    """Say in our own words what a failure means."""
    if failure.kind == "timeout":
        return Unanswered("the server did not answer in time")
    if failure.kind in ("dns", "connect"):
        return Unanswered("the server could not be reached", final=True)
    if failure.kind == "certificate":
        return Unanswered("the server's certificate is not trusted", final=True)
    if failure.kind in ("refused", "bad-url"):
        return Unanswered(
            "the server's address is not public and not opened in [fetch] allow_private", final=True
        )
    if failure.kind == "blocked":
        reason = "the server refused the key" if with_key else "the server wants a key"
        return Unanswered(reason, final=True)
    if failure.kind == "throttled":
        return Unanswered("the server wants to be asked less", final=True)
    if failure.kind == "bad-redirect":
        return Unanswered("the server redirects elsewhere", final=True)
    if failure.status == 404:
        return Unanswered("the server knows no such model or address", final=True)
    if failure.kind in ("http", "gone"):
        return Unanswered(f"the server answered {failure.status}")
    return Unanswered("the server's answer could not be read")


def _question(settings: Summaries, system: str, data: str, *, usual: bool) -> bytes:
    bounds: dict[str, Any] = (
        {"max_tokens": settings.max_tokens, "temperature": 0}
        if usual
        else {"max_completion_tokens": settings.max_tokens}
    )
    messages = [{"role": "system", "content": system}, {"role": "user", "content": data}]
    question = {"model": settings.model, "messages": messages, "stream": False, **bounds}
    return json.dumps(question).encode()


def _answer_in(body: bytes) -> str | Unanswered:
    """Return the text of the first choice."""
    unreadable = Unanswered("the server's answer could not be read")
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        return unreadable
    choices = document.get("choices") if isinstance(document, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return unreadable
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        return Unanswered("the model refused")
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(
            part["text"]
            for part in content
            if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    return content[:_MOST_TEXT] if isinstance(content, str) else unreadable
