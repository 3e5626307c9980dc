"""Recipients as lines: what the file says comes back as it was, and what a person types is understood."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.service.recipient_lines import lines_of_recipients, recipients_of_lines

KEYS = ("mail", "folder", "webhook", "slack_env", "teams_env", "notify_env", "secret_env", "other")
VALUE = st.text(max_size=20) | st.sampled_from(
    ["a@b.example", "digests", "https://h.example/x?a=1", "MY_HOOK", " spaced ", "slack: X", "{", "[x]", "a\nb", "mail:"]
)  # fmt: skip
ROW = st.dictionaries(st.sampled_from(KEYS), VALUE | st.integers() | st.booleans(), max_size=3)


@given(st.lists(ROW, max_size=5))
def test_what_the_file_says_comes_back_from_its_lines(rows: list[dict[str, object]]) -> None:
    assert recipients_of_lines(lines_of_recipients(rows)) == rows


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = recipients_of_lines(text)
    except UsageError:
        return
    assert recipients_of_lines(lines_of_recipients(found)) == found


def test_each_way_has_a_line() -> None:
    text = (
        "ann@example.org\n\n folder: digests\nWebhook: https://h.example/x:1\nslack: HOOK\nteams: T\r\n"
        'notify:N\nmail: b@example.org\n{webhook = "https://h.example", secret_env = "KEY"}'
    )
    rows = [
        {"mail": "ann@example.org"},
        {"folder": "digests"},
        {"webhook": "https://h.example/x:1"},
        {"slack_env": "HOOK"},
        {"teams_env": "T"},
        {"notify_env": "N"},
        {"mail": "b@example.org"},
        {"webhook": "https://h.example", "secret_env": "KEY"},
    ]
    assert recipients_of_lines(text) == rows
    assert lines_of_recipients(rows[:4]) == (
        "ann@example.org\nfolder: digests\nwebhook: https://h.example/x:1\nslack: HOOK"
    )
    assert tomllib.loads(f"x = [{lines_of_recipients(rows[7:])}]") == {"x": rows[7:]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a@b.example\nAnn", "line 2 is no mail address"),
        ("https://h.example/x", "write webhook: before an address"),
        ("{mail = }", "line 1 is not written as in a TOML file"),
        ("[{mail = ]", "not written as in a TOML file"),
    ],
)
def test_a_line_that_is_none_is_named(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        recipients_of_lines(text)
