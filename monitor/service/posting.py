"""Sending what a channel hands over: one guarded POST, from a thread that has no event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.deliver.ways import Post
from monitor.fetch.client import Fetcher, FetchLimits, Tls
from monitor.model.fetch import FetchFailure, Posted
from monitor.service.refreshing import fetch_limits
from monitor.settings.values import FetchSettings

MOST_TIME = timedelta(minutes=1)
"""Of one POST. A chat may get four and each but the first again: all within the lease of a delivery."""


def limits_of(settings: FetchSettings) -> FetchLimits:
    """Return the limits of `[fetch]`, its time bounded by `MOST_TIME`."""
    limits = fetch_limits(settings)
    return replace(limits, timeout=min(limits.timeout, MOST_TIME))


def poster(settings: FetchSettings, version: str, *, tls: Tls | None = None) -> Post:
    """Return what sends one body: under the guard and the limits of `[fetch]`, redirects not followed.

    Each call has a connection of its own and blocks until it is over, `[fetch] timeout` or `MOST_TIME` at
    the most; it must not be made inside of an event loop. `tls` are the certificates to trust.
    """
    limits = limits_of(settings)

    async def send(
        url: str, body: bytes, headers: Sequence[tuple[str, str]]
    ) -> Posted | FetchFailure:
        async with Fetcher(limits, version, tls=tls) as fetcher:
            return await fetcher.send(url, body, headers)

    def post(url: str, body: bytes, headers: Sequence[tuple[str, str]]) -> Posted | FetchFailure:
        return asyncio.run(send(url, body, headers))

    return post
