"""Sending what a channel hands over: one guarded POST, from a thread that has no event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from monitor.deliver.ways import Post
from monitor.fetch.client import Fetcher, Tls
from monitor.model.fetch import FetchFailure, Posted
from monitor.service.refreshing import fetch_limits
from monitor.settings.values import FetchSettings


def poster(settings: FetchSettings, version: str, *, tls: Tls | None = None) -> Post:
    """Return what sends one body: under the guard and the limits of `[fetch]`, redirects not followed.

    Each call has a connection of its own and blocks until it is over, `[fetch] timeout` at the most;
    it must not be made inside of an event loop. `tls` are the certificates to trust.
    """
    limits = fetch_limits(settings)

    async def send(
        url: str, body: bytes, headers: Sequence[tuple[str, str]]
    ) -> Posted | FetchFailure:
        async with Fetcher(limits, version, tls=tls) as fetcher:
            return await fetcher.send(url, body, headers)

    def post(url: str, body: bytes, headers: Sequence[tuple[str, str]]) -> Posted | FetchFailure:
        return asyncio.run(send(url, body, headers))

    return post
