"""Documents about long work."""

from __future__ import annotations

from typing import Any, Literal

from monitor.web.api.documents.parts import At, Document


class JobShown(Document):
    """One piece of long work."""

    id: str
    kind: str
    about: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    done: int
    total: int
    words: str
    result: dict[str, Any]
    created_at: At
    updated_at: At


class JobList(Document):
    """The newest long work."""

    jobs: list[JobShown]
