"""The JSON of long work (docs/json.md)."""

from __future__ import annotations

from typing import Any

from monitor.model.job import Job
from monitor.service.masking import masked
from monitor.service.shapes import Shape, instant


def job_shape(job: Job) -> Shape:
    """Shape of a job, without likely keys: `/api/jobs`, and what asking for long work answers."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "about": masked(job.about),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "words": masked(job.words),
        "result": _masked(dict(job.result)),
        "created_at": instant(job.created_at),
        "updated_at": instant(job.updated_at),
    }


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value
