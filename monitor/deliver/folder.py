"""Delivery into a folder: NAME.html, NAME.txt, NAME.md and NAME.json of each edition.

A file appears whole or not at all, and never replaces another: an edition is frozen, so a file of
the same name with other bytes is somebody else's.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from pathlib import Path

from monitor.errors import DeliveryError
from monitor.model.edition import Rendered

_FILE_NAME = re.compile(r"[\w-][\w.-]{0,180}")

_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full; free some space and run `monitor digest retry`",
    errno.EDQUOT: "your disk quota is used up; free some space and run `monitor digest retry`",
    errno.EFBIG: "the file system takes no file that large; choose another folder for the digest",
    errno.EROFS: "the file system is read-only; choose another folder for the digest",
    errno.EACCES: "the monitor may not write there; change the permissions or the digest's folder",
    errno.EPERM: "the monitor may not write there; change the permissions or the digest's folder",
    errno.ENOTDIR: "that is no folder; change the digest's folder in config/monitor.toml",
    errno.EEXIST: "that is no folder; change the digest's folder in config/monitor.toml",
    errno.ENAMETOOLONG: "the name is too long; change the digest's folder in config/monitor.toml",
}


def deliver(edition_id: str, rendered: Rendered, folder: Path) -> None:
    """Write the four forms of an edition into `folder`, which is made when it is missing.

    Files that are there with the same bytes are left alone, so that a delivery may be
    repeated. Raises `DeliveryError`, also for a file of that name with other bytes; a
    delivery that broke off is completed by the next one.
    """
    if not _FILE_NAME.fullmatch(edition_id):
        raise DeliveryError(
            f"The edition {edition_id!r} cannot be written: its name is no file name."
        )
    forms = {
        "json": rendered.json,
        "md": rendered.markdown,
        "txt": rendered.text,
        "html": rendered.html,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = []
        for ending, text in forms.items():
            path, body = folder / f"{edition_id}.{ending}", text.encode()
            if not _is_there(path, body):
                missing.append((path, body))
        for path, body in missing:
            _write(path, body)
        if missing:
            _sync_folder(folder)
    except OSError as error:
        other = f"{error.strerror or error}; see to it and run `monitor digest retry`"
        why = _WHAT_TO_DO.get(error.errno or 0, other)
        raise DeliveryError(
            f"Edition {edition_id} could not be written to {folder}: {why}."
        ) from error


def _is_there(path: Path, body: bytes) -> bool:
    """Whether the file is there with these bytes; with others it is not ours to touch."""
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        return False
    if there != body:
        raise DeliveryError(
            f"{path} is there with other contents and was left as it is; "
            "move it away and run `monitor digest retry`."
        )
    return True


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make the new names survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
