"""What Status shows and looks into."""

from __future__ import annotations

import logging
from pathlib import Path

from fastapi import FastAPI

from monitor.service.jobs import Worker
from tests.web.conftest import Browser
from tests.web.reading import Read


def worker_of(app: FastAPI) -> Worker:
    worker: Worker = app.state.worker
    return worker


def test_the_last_visits_and_the_log_are_shown(reader: Browser) -> None:
    logging.getLogger("monitor").warning("a <b>line</b> of the log")
    page = Read(reader.get("/status").text)
    assert page.problems == []
    assert "a <b>line</b> of the log" in page.text
    assert "The Gazette" in page.text or "/feeds/1" in page.links


def test_everything_is_examined_checked_and_backed_up(reader: Browser, home: Path) -> None:
    for care, said in (
        ("check", "The database is sound."),
        ("backup", "MB"),
        ("doctor", "What was looked at"),
        ("rebuild", "looked at"),
    ):
        answer = reader.post(f"/status/{care}")
        assert answer.status_code == 303
        worker_of(reader.app).work_off()
        page = Read(reader.get(answer.headers["location"]).text)
        assert said in page.text
        assert "Stop it" not in page.text
    assert len(list((home / "db").glob("monitor-*.db"))) == 1


def test_what_cannot_be_looked_into_is_said(reader: Browser) -> None:
    assert reader.post("/status/nonsense").status_code == 404
    assert reader.get("/status/check").status_code in (404, 405)
