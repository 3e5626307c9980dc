"""What is written into pages by filters."""

from __future__ import annotations

import pytest

from monitor.web.presenting import with_code


@pytest.mark.parametrize(
    ("said", "html"),
    [
        ("Look: `monitor doctor`.", "Look: <code>monitor doctor</code>."),
        ("`<b>` and `a`", "<code>&lt;b&gt;</code> and <code>a</code>"),
        ("cut: `monitor feeds…", "cut: `monitor feeds…"),
        ("`a` then ` alone", "<code>a</code> then ` alone"),
    ],
)
def test_commands_are_code_and_a_lone_backtick_is_none(said: str, html: str) -> None:
    assert str(with_code(said)) == html
