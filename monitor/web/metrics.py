"""/metrics: figures for Prometheus, with the extra `metrics`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Lock
from typing import get_args

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from monitor import __version__
from monitor.model.feed import FeedState
from monitor.service.figures import Figures, figures
from monitor.service.opened import OpenHome
from monitor.settings.extras import metrics_hint, metrics_missing

KEPT = timedelta(seconds=10)
"""How long figures are given again: counting a million entries takes a moment."""


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)
    counting = Lock()
    kept: list[tuple[datetime, bytes]] = []

    @router.get("/metrics")
    def metrics() -> Response:
        if metrics_missing():
            return PlainTextResponse(f"{metrics_hint()}\n", 404)
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        with counting:
            now = clock()
            if not kept or not timedelta(0) <= now - kept[0][0] < KEPT:
                found = figures(home.services(), now, config_ok=not home.faults)
                kept[:] = [(now, exposed(found))]
            return Response(kept[0][1], headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def exposed(found: Figures) -> bytes:
    """Write figures as Prometheus reads them, from a registry of their own: nothing of the process is among them."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import generate_latest
    from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
    from prometheus_client.registry import Collector

    def by(name: str, about: str, label: str, values: dict[str, float]) -> Metric:
        family = GaugeMetricFamily(f"monitor_{name}", about, labels=[label])
        for value, count in values.items():
            family.add_metric([value], count)
        return family

    def one(name: str, about: str, value: float) -> Metric:
        return GaugeMetricFamily(f"monitor_{name}", about, value=value)

    class Once(Collector):
        def collect(self) -> Iterator[Metric]:
            yield InfoMetricFamily("monitor_build", "The version.", {"version": __version__})
            states = dict.fromkeys(get_args(FeedState), 0) | found.feeds
            yield by("feeds", "Watched feeds by state.", "state", {**states})
            yield one("feeds_due", "Feeds whose time to be fetched has come.", found.feeds_due)
            for name in ("entries", "stories", "editions"):
                yield one(name, f"Stored {name}.", found.stored[name])
            yield by("matches", "Entries that match, by topic.", "topic", {**found.matches})
            yield by("deliveries", "Deliveries by state.", "state", {**found.deliveries})
            yield one("jobs_open", "Long work that has not ended.", found.jobs_open)
            yield by(
                "edition_age_seconds",
                "Since the end of the last edition.",
                "digest",
                found.edition_age,
            )
            if found.fetch_age is not None:
                yield one("fetch_age_seconds", "Since a feed was fetched last.", found.fetch_age)
            yield one("database_bytes", "The database on the disk.", found.stored["bytes"])
            yield one("config_ok", "1 while config/ can be read, else 0.", float(found.config_ok))

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once())
    return generate_latest(registry)
