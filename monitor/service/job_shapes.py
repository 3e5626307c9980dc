"""The JSON of long work (docs/json.md)."""

from __future__ import annotations

from monitor.model.job import Job
from monitor.service.shapes import Shape, instant


def job_shape(job: Job) -> Shape:
    """Shape of a job: `/api/jobs`, and what asking for long work answers."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "about": job.about,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "words": job.words,
        "result": dict(job.result),
        "created_at": instant(job.created_at),
        "updated_at": instant(job.updated_at),
    }
