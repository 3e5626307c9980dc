"""What is sent in tests, and ways to send it: invented throughout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.deliver.ways import Ways, go_on
from monitor.digests.rendering import TO_MARKER
from monitor.model.delivery import OutMessage, Step
from monitor.model.digest import Mail
from monitor.model.edition import Rendered
from monitor.model.fetch import FetchFailure, Posted

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
PASSWORD = "Rhabarber-19"

RENDERED = Rendered(
    subject="Chip rules – 2 stories in 3 outlets",
    text=".A line that begins with a dot\nChip rules 出口管制\n.\nThe end.\n",
    markdown="# md\n",
    html='<!doctype html>\n<html lang="en"><body><div style="display:none">pre</div>'
    f"{TO_MARKER}<h1>Chip rules 出口管制</h1>\n.\n<footer>{TO_MARKER}</footer></body></html>\n",
    json="{}\n",
)

LETTER = OutMessage(
    id="daily-2026-11-23-0700",
    list_name="daily",
    title="AI policy",
    rendered=RENDERED,
    created_at=NOW,
    message_id="<0123456789abcdef0123456789abcdef@monitor.example>",
)


def no_post(url: str, body: bytes, headers: Sequence[tuple[str, str]]) -> Posted | FetchFailure:
    raise AssertionError("nothing is posted here")


def not_called() -> None:
    raise AssertionError("a folder is not called back")


def mail_at(port: int, **more: object) -> Mail:
    """The settings for a server on loopback without encryption."""
    values: dict[str, object] = {
        "host": "127.0.0.1", "port": port, "security": "none", "sender": "monitor@monitor.example",
        "timeout": timedelta(seconds=5), **more,
    }  # fmt: skip
    return Mail(**values)  # type: ignore[arg-type]


def ways(
    home: Path,
    mail: Mail | None = None,
    environ: Mapping[str, str] | None = None,
    step: Callable[[Step], None] = go_on,
) -> Ways:
    return Ways(root=home, mail=mail or Mail(), environ=environ or {}, post=no_post, step=step)
