"""Everything the monitor raises on purpose.

::

    MonitorError                what we or the user broke; exit status 1
    ├── UsageError              wrong usage or wrong configuration; exit status 2
    │   ├── SettingsError       one or more faults in config/, each with file, line and key
    │   ├── QueryError          a query that is not one: position, what was expected, a hint
    │   └── ChangedMeanwhileError  what was looked at was edited since
    ├── NotFoundError           a feed, entry, story, topic, digest or edition nobody knows
    ├── OvertakenError          another process has gone on with it, or has changed what it was about
    ├── StoreError              the database cannot do it: locked, full, read-only, damaged
    │   └── SchemaError         the database was made by another version
    └── DeliveryError           an edition could not be handed over
        └── UnreachableError    nor could it be to anybody else who is reached the same way

What the *world* does (a timeout, a 404, broken XML) is no exception: it is a value, see
`monitor.model.fetch` and `monitor.model.entry`.

Every message says what was wrong, where, and what to do about it, in one or two sentences
a person can act on; the command line prints it as it is, without a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


class MonitorError(Exception):
    """The root: could not do it. Its message is meant for a person."""

    exit_status = 1


class UsageError(MonitorError):
    """What was asked for is wrong: an argument, a query or the configuration."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file under config/.

    `line` counts from 1 and is 0 when the fault is about the whole file; `key` is the dotted
    path as a person would write it (`fetch.per_host`, `feed[3].url`), or empty.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class SettingsError(UsageError):
    """All faults found in config/, reported at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class QueryError(UsageError):
    """A query that cannot be read.

    `position` counts characters of `text` from 0; `str()` shows the line with a caret under
    that place, then what was expected and, where people usually mean something, a hint.
    """

    def __init__(self, text: str, position: int, message: str, hint: str = "") -> None:
        self.text = text
        self.position = position
        self.reason = message
        self.hint = hint
        start = text.rfind("\n", 0, position) + 1
        end = text.find("\n", position)
        line = text[start : end if end >= 0 else len(text)]
        shown, caret = _window(line, position - start)
        parts = [message, f"  {shown}", f"  {' ' * caret}^"]
        if hint:
            parts.append(hint)
        super().__init__("\n".join(parts))


class ChangedMeanwhileError(UsageError):
    """What a change is about was edited since the person looked at it; nothing was changed."""


class NotFoundError(MonitorError):
    """A name or id that is not there; the message lists the nearest ones where it can."""


class OvertakenError(MonitorError):
    """Another process does the same, or has changed what it was about; nothing was half-written."""


class StoreError(MonitorError):
    """The database cannot do what was asked; nothing was half-written."""


class SchemaError(StoreError):
    """The database file belongs to another version of the monitor, or is no database."""


class DeliveryError(MonitorError):
    """An edition or an alert's message was not handed over to a recipient, or nobody knows.

    `outcome` is "temporary" where trying again later may do, "permanent" where a person must act,
    "unknown" where it may have arrived. `wait` is how long the other side asked to be left alone.
    """

    def __init__(
        self,
        message: str,
        outcome: Literal["temporary", "permanent", "unknown"] = "temporary",
        wait: timedelta | None = None,
    ) -> None:
        self.outcome = outcome
        self.wait = wait
        super().__init__(message)


class UnreachableError(DeliveryError):
    """Nobody can be reached over this channel: its server does not answer, or refuses the monitor."""


def _window(line: str, column: int, width: int = 100) -> tuple[str, int]:
    """Cut a long line around a column; return the piece and the column within it."""
    if len(line) <= width:
        return line, column
    start = max(0, min(column - width // 2, len(line) - width))
    return line[start : start + width], column - start
