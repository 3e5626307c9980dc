"""Writing a file of config/ so that it is either the old one or the new one, never half of either."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import MonitorError, OvertakenError
from monitor.settings.home import Home

_PATIENCE = 10.0  # seconds
_PAUSE = 0.02
_held = threading.local()


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Keep other writers of config/ out; raises `MonitorError` when one stays in for too long.

    The lock is on config/.lock and ends with the process that holds it, however that ends. A thread that holds it
    takes it again at once.
    """
    path = home.config / ".lock"
    mine: set[Path] = _held.__dict__.setdefault("paths", set())
    if path in mine:
        yield
        return
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise cannot_write(error, path) from error
    try:
        _wait(handle, path)
        mine.add(path)
        yield
    finally:
        mine.discard(path)
        os.close(handle)


def replace_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Let the file hold the data: written beside it, flushed to the disk, then renamed over it.

    A link is followed, so that the file it leads to changes; the mode is kept unless one is given. Raises `MonitorError`
    when it cannot be done, and then the old file is as it was.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        old = target.stat() if target.exists() else None
        if old and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        handle = os.open(beside, flags, 0o666 if mode is None else mode)
        try:
            with os.fdopen(handle, "wb") as file:
                if old:
                    os.fchmod(handle, old.st_mode & 0o7777 if mode is None else mode)
                    if os.geteuid() == 0:
                        os.fchown(handle, old.st_uid, old.st_gid)
                file.write(data)
                file.flush()
                os.fsync(handle)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise cannot_write(error, path) from error


def unlink_file(path: Path) -> None:
    """Take a file away, if it is there; raises `MonitorError` when that cannot be done."""
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(error, path) from error


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk; raises `OSError`."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _wait(handle: int, path: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise OvertakenError(
                    f"Another command has been changing config/ for {_PATIENCE:.0f} seconds (it "
                    f"holds {path}); let it finish, then try again."
                ) from None
            time.sleep(_PAUSE)
        except OSError as error:
            raise cannot_write(error, path) from error
        else:
            return


def cannot_write(error: OSError, path: Path) -> MonitorError:
    """Return what to tell a person when a file could not be written, and nothing was."""
    advice = {
        errno.ENOSPC: "make room on the disk",
        errno.EDQUOT: "make room within your quota",
        errno.EROFS: "the disk is read-only",
        errno.ENOENT: "its folder is not there",
    }.get(error.errno or 0, "give yourself the right to write it and its folder")
    return MonitorError(
        f"{path} cannot be written ({error.strerror}): {advice}. Nothing was changed."
    )
