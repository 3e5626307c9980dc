"""What long work needs of a store; `protocols` says what holds for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from monitor.model.job import Job, JobState


class JobStore(Protocol):
    """Long work: who works on what, and how far it has come."""

    def start(
        self,
        kind: str,
        about: str,
        arguments: Mapping[str, Any],
        now: datetime,
        document: bytes | None = None,
    ) -> Job:
        """Note what is to be done; where the same is open already, return that instead.

        `document` is kept beside it until it has ended, for `document`. What was kept longer goes then.
        """

    def job(self, job_id: int) -> Job | None:
        """Return a job, or None."""

    def jobs(self, limit: int) -> list[Job]:
        """Return the newest jobs, the newest first."""

    def document(self, job_id: int) -> bytes | None:
        """Return what was given to a job, or None where there was nothing, or it is kept no more."""

    def claim(
        self, kinds: Collection[str], token: str, now: datetime, lease: timedelta
    ) -> Job | None:
        """Lease the oldest open job of these kinds that nobody works on, and let it be running.

        One whose lease is over is among them: whoever worked on it has died.
        """

    def note(
        self,
        job_id: int,
        token: str,
        now: datetime,
        lease: timedelta,
        done: int,
        total: int,
        words: str,
    ) -> bool:
        """Note how far it has come, and hold it longer; False when it is no longer the caller's.

        So it is when a person has stopped it, or its lease was over and another has taken it.
        """

    def finish(
        self,
        job_id: int,
        token: str,
        now: datetime,
        state: JobState,
        words: str,
        result: Mapping[str, Any],
        *,
        keep_document: bool = False,
    ) -> bool:
        """End it; False, and nothing is written, when it is no longer the caller's.

        One that was stopped stays so, and gets words and result. `keep_document` leaves what was given to it
        until the next is given to another.
        """

    def give_back(self, job_id: int, token: str, now: datetime) -> None:
        """Let another go on with it, where it is still the caller's."""

    def stop(self, job_id: int, now: datetime) -> Job | None:
        """Let an open job be stopped, and return how it stands; None for one nobody knows."""

    def prune(self, before: datetime) -> int:
        """Drop jobs that ended before; return how many."""
