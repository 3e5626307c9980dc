"""The pages about long work."""

from __future__ import annotations

from fastapi import FastAPI

from monitor.service.job_kinds import start_rematch
from monitor.service.wiring import Services, utc_now
from tests.store.builders import add, new
from tests.web.conftest import Browser
from tests.web.forms import post


def worked_off(app: FastAPI) -> int:
    """Do what is open, as the page's worker would; return how many jobs that were."""
    done: int = app.state.worker.work_off()
    return done


def test_a_job_is_shown_until_it_ends_and_then_says_what_came_of_it(
    services: Services, browser: Browser
) -> None:
    assert "Nothing is under way" in browser.get("/jobs").text
    add(services.store, new("1", title="A chip"))
    job = start_rematch(services, "chips", utc_now())
    shown = browser.get(f"/jobs/{job.id}").text
    assert "<progress" in shown
    assert 'http-equiv="refresh"' in shown  # without JavaScript
    assert f'hx-get="/jobs/{job.id}/part"' in browser.get(f"/jobs/{job.id}/part").text
    assert worked_off(browser.app) == 1
    ended = browser.get(f"/jobs/{job.id}").text
    assert "1 match gained" in ended
    assert 'http-equiv="refresh"' not in ended
    assert "hx-get" not in browser.get(f"/jobs/{job.id}/part").text  # it asks no more
    assert 'href="/topics/chips"' in ended
    assert "Apply the topic chips" in browser.get("/jobs").text


def test_a_job_can_be_stopped(services: Services, browser: Browser) -> None:
    job = start_rematch(services, "chips", utc_now())
    assert post(browser, f"/jobs/{job.id}/stop").headers["location"] == f"/jobs/{job.id}"
    assert "stopped" in browser.get(f"/jobs/{job.id}").text
    assert worked_off(browser.app) == 0
    assert browser.get(f"/jobs/{job.id}/stop").status_code in (404, 405)


def test_unknown_jobs_are_not_found(browser: Browser) -> None:
    for path in ("/jobs/7", "/jobs/x", "/jobs/7/part", f"/jobs/{'9' * 60}"):
        assert browser.get(path).status_code == 404
    assert post(browser, "/jobs/7/stop").status_code == 404
