"""Long work on the home itself: check the database, back it up, examine everything as `monitor doctor` does."""

from __future__ import annotations

from datetime import datetime

from monitor.digests.phrases import count
from monitor.model.job import Job
from monitor.service.doctor import examine
from monitor.service.jobs import Kind, Work, start
from monitor.service.wiring import Services

_ABOUT = {
    "doctor": "Examine configuration, database, feeds, mail and network",
    "check": "Look for damage in the database",
    "backup": "Back up the database",
}


def start_care(services: Services, kind: str, now: datetime) -> Job:
    """Ask for one of "doctor", "check" and "backup"; raises `UsageError` for another."""
    return start(services, kind, _ABOUT.get(kind, kind), {}, now)


def _doctor(work: Work) -> str:
    home = work.services().home
    findings = examine(home, work.environ, work.clock())
    work.result["checks"] = [
        {"check": each.check, "ok": each.ok, "message": each.message, "attention": each.attention}
        for each in findings
    ]
    wrong = sum(not each.ok for each in findings)
    seen = sum(each.ok and each.attention for each in findings)
    if not wrong and not seen:
        return "All is well."
    return (
        f"{count(wrong, 'thing is', 'things are')} wrong, {seen} to look at."
        if wrong
        else f"Nothing is wrong; {count(seen, 'thing', 'things')} to look at."
    )


def _check(work: Work) -> str:
    problems = work.services().store.upkeep.check()
    work.result.update(ok=not problems, problems=problems)
    return "; ".join(problems) or "The database is sound."


def _backup(work: Work) -> str:
    services = work.services()
    file = services.home.db / f"monitor-{work.clock():%Y%m%d-%H%M%S}.db"
    services.store.upkeep.backup(file)
    size = file.stat().st_size
    work.result.update(file=file.name, bytes=size)
    return f"db/{file.name}, {size / 1e6:,.1f} MB."


KINDS: dict[str, Kind] = {"doctor": _doctor, "check": _check, "backup": _backup}
