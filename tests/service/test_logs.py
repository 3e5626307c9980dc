"""No line of the log, and no error told with it, holds a key that stands in an address."""

from __future__ import annotations

import logging

import pytest

from monitor.service.logs import mask_log

KEYED = "https://a.example/feed?token=s3cret&x=1"


def test_keys_are_masked_in_lines_and_in_what_is_told_of_errors(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mask_log()
    mask_log()
    log = logging.getLogger("monitor")
    with caplog.at_level(logging.INFO, "monitor"):
        log.info("refresh %s new=%d", KEYED, 3)
        log.error("%s failed", "it", exc_info=ValueError(KEYED))
    assert "refresh https://a.example/feed?token=•••&x=1 new=3" in caplog.text
    assert "ValueError: https://a.example/feed?token=•••&x=1" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_line_that_cannot_be_written_stops_nobody() -> None:
    mask_log()
    line = logging.LogRecord("monitor", logging.INFO, "", 0, "%d feeds", ("many",), None)
    assert logging.getLogger("monitor").filter(line)
    assert line.args == ("many",)
