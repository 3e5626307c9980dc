"""Where a body is kept while it is read: in memory, and on disk once it is large.

Many bodies are read at once, and one that is too large is only known as such at its cap: kept in
memory, as many as there are fetches would be held in it together.
"""

from __future__ import annotations

import io
import tempfile
from typing import IO

IN_MEMORY = 500_000
"""Bytes of one body that are kept in memory while it is read."""


class Kept:
    """Bytes that are added to and, in the end, read as a whole. Has to be closed."""

    def __init__(self) -> None:
        self._file: IO[bytes] = io.BytesIO()
        self._on_disk = False
        self.size = 0

    def add(self, data: bytes) -> None:
        """Keep more. A disk that cannot be written to, or is full, is done without."""
        if not self._on_disk and self.size <= IN_MEMORY < self.size + len(data):
            self._move_to_disk()
        try:
            _write(self._file, data)
        except OSError:
            if not self._on_disk:
                raise
            self._move_to_memory()
            _write(self._file, data)
        self.size += len(data)

    def value(self) -> bytes:
        """Return all of it."""
        self._file.seek(0)
        return self._file.read(self.size)

    def close(self) -> None:
        """Forget it."""
        self._file.close()

    def _move_to_disk(self) -> None:
        try:
            # It has no name, so that a crash leaves nothing behind. Unbuffered, so that a full disk
            # is noticed where it is written to.
            file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # `close` closes it
        except OSError:
            return
        try:
            _write(file, self.value())
        except OSError:
            file.close()
            self._file.seek(self.size)
            return
        self._file.close()
        self._file, self._on_disk = file, True

    def _move_to_memory(self) -> None:
        """Take back what is on a disk that has become full, without what was half written."""
        memory = io.BytesIO(self.value())
        memory.seek(self.size)
        self._file.close()
        self._file, self._on_disk = memory, False


def _write(file: IO[bytes], data: bytes) -> None:
    """Write all of it; an unbuffered file may take less at once."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
