"""A home that follows its config: what the page works with, whoever edits the files meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from monitor.errors import SettingsError, UsageError
from monitor.service.editing import no_stamp, stamp
from monitor.service.wiring import Services, rewired
from monitor.settings.home import Home
from monitor.settings.texts import is_hidden

log = logging.getLogger("monitor")

Fingerprint = tuple[tuple[str, int, int], ...]


def fingerprint(home: Home) -> Fingerprint:
    """Return name, modification time (ns) and size of every file that config/ is made of."""
    found = []
    for path in sorted(home.config.rglob("*")):
        if path.suffix in {".toml", ".txt"} and is_hidden(home, path):
            continue
        if path.suffix in {".toml", ".txt", ".opml"}:
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # an editor's temporary file, gone again
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


class OpenHome:
    """The services of one home as config/ says now.

    Each call of `services` looks whether a file of config/ was edited, by the page, the command line or
    an editor. An edit that cannot be read changes nothing: the last settings that could be read stay,
    and `faults` says what is wrong, as `SettingsError` has it. Any thread may call.
    """

    def __init__(self, services: Services, clock: Callable[[], datetime]) -> None:
        self._services = services
        self._clock = clock
        self._seen = fingerprint(services.home)
        self._lock = Lock()
        self.faults = ""

    def services(self) -> Services:
        """Return the services, wired anew where config/ was edited.

        Raises `StoreError` when what follows from an edit cannot be written.
        """
        with self._lock:
            present = fingerprint(self._services.home)
            if present != self._seen:
                try:
                    self._services = rewired(self._services, self._clock())
                    self.faults = ""
                except UsageError as error:  # SettingsError among them
                    log.error(
                        "config/ was edited and cannot be read; going on as before.\n%s", error
                    )
                    self.faults = str(error)
                self._seen = present
            return self._services

    def stamped(self, *files: str) -> tuple[Services, str]:
        """Return the services, and the `editing.stamp` of the files as these services have them.

        For forms. The stamp is taken first, so that an edit between the two makes it an old one; where config/
        cannot be read, and the services may tell of older files, it is one that fits nothing. Raises like
        `services`.
        """
        try:
            mark = stamp(self._services.home, *files)
        except SettingsError:
            mark = no_stamp(*files)
        services = self.services()
        return services, no_stamp(*files) if self.faults else mark
