"""Where the database lies: looked at before SQLite opens anything.

SQLite's write-ahead log needs memory shared between processes, which network file systems do not
give: https://sqlite.org/wal.html, "All processes using a database must be on the same host".
"""

from __future__ import annotations

import os
from pathlib import Path

from monitor.errors import SchemaError, StoreError
from monitor.store.faults import file_error

_HEADER = b"SQLite format 3\x00"
_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.sshfs"})


def prepare(path: Path, *, read_only: bool) -> None:
    """Make the folder, and refuse with a reason where a database cannot work.

    Raises `StoreError` for a folder, a missing file (to be read), no right to write or a network
    file system, `SchemaError` for a file that is no SQLite database.
    """
    if not read_only:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise file_error(error, path.parent, "making the folder") from error
    elif not path.exists():
        raise StoreError(f"There is no database at {path}; make it with: monitor fetch")
    if path.is_dir():
        raise StoreError(f"{path} is a folder where the database should be; move it away.")
    _refuse_foreign(path)
    if read_only:
        return
    for each in (path.parent, path):
        if each.exists() and not may_write(each):
            raise StoreError(
                f"The database {path} cannot be written, since {each} is read-only for you; give "
                "yourself the right to write it, or choose another home."
            )
    kind = network_file_system(path.resolve(), _mounts())
    if kind:
        raise StoreError(
            f"The database {path} lies on a network file system ({kind}), where SQLite can lose "
            "data; choose a home on a disk of this machine."
        )


def may_write(path: Path) -> bool:
    """Tell whether this process has the right to write a file or in a folder."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def network_file_system(path: Path, mounts: str) -> str:
    """Return the type of the network file system `path` lies on, "" when it is none.

    `mounts` is the text of /proc/self/mounts: device, folder, type and options a line.
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        folder = fields[1].replace("\\040", " ")
        if path.is_relative_to(folder) and len(folder) >= len(best):
            best, kind = folder, fields[2]
    return kind if kind in _NETWORK else ""


def _mounts() -> str:
    return _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else ""


def _refuse_foreign(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise file_error(error, path, "reading") from error
    if start and start != _HEADER:
        raise SchemaError(
            f"{path} is not a database of the monitor (nor any SQLite file); move it away, or "
            "choose another home."
        )
