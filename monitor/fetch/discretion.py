"""Speaking of an address that is a secret: what came of asking it, with its host alone.

The addresses of chat webhooks are passwords. A message, a log and the list of deliveries may say which
host was asked, and nothing else of the address, whoever brings it up: we, the library or the answer.
"""

from __future__ import annotations

import re
from dataclasses import replace

import httpx

from monitor.fetch.addresses import read_url, shown
from monitor.fetch.failures import Stop
from monitor.model.fetch import FetchFailure, Posted

_LEAST_PIECE = 4
"""Pieces of an address that are shorter are no secrets, and stand in too many words."""

_PLAIN_WORD = re.compile(r"[a-z_-]{,12}|\d{,5}")
"""What our own sentences may hold by chance: "services" is no secret."""


def discreet(outcome: Posted | FetchFailure, url: str) -> Posted | FetchFailure:
    """Return what came of asking `url` without anything of the address but the host's name.

    Where redirects lead is left out as well, and an answer that repeats a piece of the address.
    """
    try:
        read = read_url(url)
    except Stop as stop:
        words = "is no http or https address" if stop.kind == "refused" else "is no web address"
        message = f"What should be asked {words}; correct it."
        return replace(outcome, url="", message=message, snippet="")
    host = host_of(read)
    pieces = _pieces(read)
    secrets = {piece for piece in pieces if not _PLAIN_WORD.fullmatch(piece)}
    message = outcome.message.replace(shown(read), host)
    if isinstance(outcome, FetchFailure) and outcome.kind == "bad-redirect":
        message = f"{host} redirects what was sent to it; that is not followed."
    elif _any_in(message, secrets):
        message = f"The answer of {host} makes no sense."
    snippet = "" if _any_in(outcome.snippet, pieces) else outcome.snippet
    clean = replace(outcome, url=host, message=message, snippet=snippet)
    return replace(clean, hops=()) if isinstance(clean, FetchFailure) else clean


def host_of(url: httpx.URL) -> str:
    """Return the host's name, with the port where one is given."""
    return url.netloc.decode("ascii")


def _pieces(url: httpx.URL) -> set[str]:
    """Return the words of the address behind the host."""
    spelled = [url.raw_path.decode("ascii"), url.path, url.query.decode("ascii"), url.fragment]
    return {piece for each in spelled for piece in re.split(r"[^\w-]+", each)}


def _any_in(text: str, pieces: set[str]) -> bool:
    folded = text.casefold()
    return any(len(piece) >= _LEAST_PIECE and piece.casefold() in folded for piece in pieces)
