"""Long work: done in pieces, stopped between them, gone on with by another process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.errors import NotFoundError, UsageError
from monitor.model.job import Job
from monitor.service import job_kinds, jobs
from monitor.service.jobs import Worker, job_numbered, start, stop
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from tests.site import Page, Site, rss
from tests.store.builders import HOUR, NOW, add, new

FEED = '[[feed]]\nurl = "{url}"\n'


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    with open_services(Home(home), NOW) as opened:
        yield opened


@pytest.fixture
def worker(services: Services) -> Worker:
    return Worker(OpenHome(services, utc_now), utc_now, {})


def ended(services: Services, job: Job) -> Job:
    return job_numbered(services, str(job.id))


def test_a_topic_is_applied_to_what_is_stored(services: Services, worker: Worker) -> None:
    add(services.store, *(new(str(n), title=f"Chip {n}") for n in range(5)))
    job = job_kinds.start_rematch(services, "chips", NOW)
    assert job_kinds.start_rematch(services, "chips", NOW).id == job.id
    assert worker.work_off() == 1
    done = ended(services, job)
    assert (done.state, done.result["gained"]) == ("done", 5)
    assert "5 matches gained" in done.words
    assert services.store.stories.waiting(0, 9) == []  # grouped as well


def test_stories_are_grouped_anew(services: Services, worker: Worker) -> None:
    add(services.store, new("1", title="Chip one"), at=NOW)
    job_kinds.start_rematch(services, "chips", NOW)
    job = job_kinds.start_rebuild(services, NOW - HOUR, NOW)
    assert worker.work_off() == 2
    assert ended(services, job).result["entries"] == 1


def test_feeds_are_fetched_and_what_failed_is_named(home: Path, site: Site) -> None:
    site.pages["/a.xml"] = Page(rss(("1", "A chip", "x"), ("2", "Else", "y")))
    (home / "config" / "feeds.toml").write_text(
        FEED.format(url=site.url("/a.xml")) + FEED.format(url=site.url("/none.xml"))
    )
    with open_services(Home(home), utc_now()) as services:
        job = job_kinds.start_fetch(services, services.store.feeds.feeds(), utc_now())
        assert job.about == "Fetch 2 feeds"
        assert Worker(OpenHome(services, utc_now), utc_now, {}).work_off() == 1
        done = ended(services, job)
        assert done.state == "done"
        assert (done.result["feeds"], done.result["failed"], done.result["entries_new"]) == (
            2,
            1,
            2,
        )
        assert done.result["failures"][0]["url"] == site.url("/none.xml")
        # Gone on with by another worker, it asks for nothing it has asked for.
        asked = len(site.asked)
        again = services.store.jobs.start("fetch", "x", dict(job.arguments), job.created_at)
        Worker(OpenHome(services, utc_now), utc_now, {}).work_off()
        assert ended(services, again).state == "done"
        assert len(site.asked) == asked


def test_what_cannot_be_done_says_so_and_ends_nothing(services: Services, worker: Worker) -> None:
    job = start(services, "rematch", "Nothing", {"topic": "nothing"}, NOW)
    wrong = start(services, "rebuild", "Broken", {"since": "yesterday"}, NOW)
    assert worker.work_off() == 2
    assert "No topic is called 'nothing'" in ended(services, job).words
    assert ended(services, job).state == ended(services, wrong).state == "failed"
    assert "its log says more" in ended(services, wrong).words


def test_unknown_work_is_refused(services: Services) -> None:
    with pytest.raises(UsageError, match="no long work of the kind 'x'"):
        start(services, "x", "x", {}, NOW)
    for unknown in ("7", "x", "", "9" * 40, "²"):
        with pytest.raises(NotFoundError):
            job_numbered(services, unknown)


def test_a_person_stops_it_between_two_pieces(
    services: Services, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "NOTED_EVERY", 0.0)
    monkeypatch.setattr(job_kinds, "rematch_pieces", _pieces(services, "stop"))
    add(services.store, new("1"))
    job = job_kinds.start_rematch(services, "chips", NOW)
    worker.work_off()
    done = ended(services, job)
    assert (done.state, done.words[:8]) == ("stopped", "Stopped.")


def test_a_worker_that_ends_gives_back_and_another_goes_on(
    services: Services, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(services.store, new("1", title="A chip"))
    job = job_kinds.start_rematch(services, "chips", NOW)
    with monkeypatch.context() as patch:
        reached = threading.Event()
        patch.setattr(job_kinds, "rematch_pieces", _pieces(services, "wait", reached))
        with worker:
            assert reached.wait(20)
        assert ended(services, job).state == "waiting"
    assert Worker(OpenHome(services, utc_now), utc_now, {}).work_off() == 1
    assert ended(services, job).result["gained"] == 1


def test_nobody_else_begins_what_takes_long_without_a_word(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "RENEWED_EVERY", 0.01)
    job = start(services, "check", "Check", {}, NOW)
    asked = threading.Event()
    times = [NOW]

    def clock() -> datetime:
        if len(times) == 1:
            return NOW
        asked.set()  # the lease is renewed, at a time when it was over long since
        return times[-1]

    def looking(_: object) -> list[str]:
        times.append(NOW + 2 * jobs.LEASE)
        assert asked.wait(20)
        asked.clear()
        assert asked.wait(20)  # so it has been written
        others = Worker(OpenHome(services, lambda: times[-1]), lambda: times[-1], {})
        assert others.work_off() == 0
        return []

    monkeypatch.setattr(type(services.store.upkeep), "check", looking)
    assert Worker(OpenHome(services, clock), clock, {}).work_off() == 1
    assert ended(services, job).state == "done"


def _pieces(services: Services, how: str, reached: threading.Event | None = None) -> object:
    """Pieces without end, until they are stopped."""
    from monitor.service.rematching import Rematched

    def endless(*_: object) -> Iterator[Rematched]:
        while True:
            yield Rematched("chips", 1, 1, 1, 1, 0, 1)
            if how == "stop":
                stop(services, "1", NOW)
            if reached is not None:
                reached.set()

    return endless
