"""Long work: claims with a lease, progress, results."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.model.job import Job, JobState
from monitor.store.connection import Database
from monitor.store.rows import LARGEST_ID, instant, marks, maybe_moment, moment, to_json

_OPEN = "state IN ('waiting', 'running')"
_FREE = "(leased_until IS NULL OR leased_until <= ? OR leased_until > ?)"
_SHOWN = "id, kind, about, arguments, state, done, total, words, result, leased_until, created_at, updated_at"

_MOST_LOST = 2
"""How often a job is taken up again whose worker was never heard of any more."""

_LOST = (
    f"The monitor ended {_MOST_LOST + 1} times while it was at this, so it is not tried again. "
    "Its log, or the system's (was it killed for want of memory?), may say why."
)


class SqliteJobs:
    """`monitor.store.job_protocols.JobStore` over the table `jobs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(
        self,
        kind: str,
        about: str,
        arguments: Mapping[str, Any],
        now: datetime,
        document: bytes | None = None,
    ) -> Job:
        """Note what is to be done: see `JobStore.start`."""
        asked = to_json(dict(arguments))
        with self._database.write() as connection:
            row = connection.execute(
                f"SELECT {_SHOWN} FROM jobs WHERE {_OPEN} AND kind = ? AND arguments = ? "
                "AND document IS ?",
                (kind, asked, document),
            ).fetchone()
            if row is None:
                if document is not None:
                    connection.execute(f"UPDATE jobs SET document = NULL WHERE NOT {_OPEN}")
                row = connection.execute(
                    "INSERT INTO jobs (kind, about, arguments, state, document, created_at, updated_at) "
                    f"VALUES (?, ?, ?, 'waiting', ?, ?, ?) RETURNING {_SHOWN}",
                    (kind, about, asked, document, instant(now), instant(now)),
                ).fetchone()
        return _job(row)

    def job(self, job_id: int) -> Job | None:
        """Return a job, or None."""
        with self._database.read() as connection:
            row = _row(connection, job_id)
        return _job(row) if row else None

    def jobs(self, limit: int) -> list[Job]:
        """Return the newest jobs: see `JobStore.jobs`."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {_SHOWN} FROM jobs ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [_job(row) for row in rows]

    def document(self, job_id: int) -> bytes | None:
        """Return what was given to a job: see `JobStore.document`."""
        with self._database.read() as connection:
            row = connection.execute("SELECT document FROM jobs WHERE id = ?", (job_id,)).fetchone()
        return row[0] if row else None

    def claim(
        self, kinds: Collection[str], token: str, now: datetime, lease: timedelta
    ) -> Job | None:
        """Lease a job: see `JobStore.claim`."""
        # A lease that ends long after any could was given while the clock was wrong.
        free = (instant(now), instant(now + lease + timedelta(days=1)))
        wanted = (
            f"SELECT id FROM jobs WHERE {_OPEN} AND kind IN ({marks(list(kinds))}) AND {_FREE} "
            "ORDER BY id LIMIT 1"
        )
        values = (*kinds, *free)
        with self._database.read() as connection:
            if not connection.execute(wanted, values).fetchone():
                return None  # the usual answer needs no lock
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'failed', words = ?, leased_until = NULL, document = NULL, "
                f"updated_at = ? WHERE state = 'running' AND lost >= ? AND {_FREE}",
                (_LOST, instant(now), _MOST_LOST, *free),
            )
            row = connection.execute(
                "UPDATE jobs SET lost = lost + (state = 'running'), state = 'running', claim = ?, "
                "leased_until = ?, updated_at = ? "
                f"WHERE id = ({wanted}) RETURNING {_SHOWN}",
                (token, instant(now + lease), instant(now), *values),
            ).fetchone()
        return _job(row) if row else None

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
        """Note how far it has come: see `JobStore.note`."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE jobs SET done = ?, total = ?, words = ?, leased_until = ?, updated_at = ? "
                "WHERE id = ? AND claim = ? AND state = 'running'",
                (done, total, words, instant(now + lease), instant(now), job_id, token),
            ).rowcount
        return changed > 0

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
        """End it: see `JobStore.finish`."""
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE jobs SET state = CASE state WHEN 'running' THEN ? ELSE state END, "
                "words = ?, result = ?, leased_until = NULL, document = iif(?, document, NULL), "
                "updated_at = ? "
                "WHERE id = ? AND claim = ? AND state IN ('running', 'stopped')",
                (
                    state,
                    words,
                    to_json(dict(result)),
                    keep_document,
                    instant(now),
                    job_id,
                    token,
                ),
            ).rowcount
        return changed > 0

    def give_back(self, job_id: int, token: str, now: datetime) -> None:
        """Let another go on with it: see `JobStore.give_back`."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'waiting', claim = '', leased_until = NULL, updated_at = ? "
                "WHERE id = ? AND claim = ? AND state = 'running'",
                (instant(now), job_id, token),
            )

    def stop(self, job_id: int, now: datetime) -> Job | None:
        """Let an open job be stopped: see `JobStore.stop`."""
        with self._database.write() as connection:
            if 0 < job_id <= LARGEST_ID:
                connection.execute(
                    "UPDATE jobs SET state = 'stopped', leased_until = NULL, document = NULL, "
                    f"updated_at = ? WHERE id = ? AND {_OPEN}",
                    (instant(now), job_id),
                )
            row = _row(connection, job_id)
        return _job(row) if row else None

    def prune(self, before: datetime) -> int:
        """Drop jobs that ended before: see `JobStore.prune`."""
        with self._database.write() as connection:
            return connection.execute(
                f"DELETE FROM jobs WHERE NOT {_OPEN} AND updated_at < ?", (instant(before),)
            ).rowcount


def _row(connection: sqlite3.Connection, job_id: int) -> sqlite3.Row | None:
    if not 0 < job_id <= LARGEST_ID:
        return None
    row: sqlite3.Row | None = connection.execute(
        f"SELECT {_SHOWN} FROM jobs WHERE id = ?", (job_id,)
    ).fetchone()
    return row


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        about=row["about"],
        arguments=json.loads(row["arguments"]),
        state=row["state"],
        done=row["done"],
        total=row["total"],
        words=row["words"],
        result=json.loads(row["result"]),
        leased_until=maybe_moment(row["leased_until"]),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
    )
