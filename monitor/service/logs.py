"""The monitor's log, without the keys and passwords that may stand in addresses."""

from __future__ import annotations

import logging

from monitor.model.masking import masked


class _WithoutKeys(logging.Filter):
    """Masks a line before anybody who keeps or prints it gets it, and what is said of an error with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, masked."""
        try:
            line = record.getMessage()
        except (TypeError, ValueError):
            return True  # its handlers tell what is wrong with it
        if (safe := masked(line)) != line:
            record.msg, record.args = safe, ()
        if record.exc_info:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
        return True


_WITHOUT_KEYS = _WithoutKeys()


def mask_log() -> None:
    """Let no line of the monitor's log hold a key from now on; may be repeated."""
    logging.getLogger("monitor").addFilter(_WITHOUT_KEYS)
