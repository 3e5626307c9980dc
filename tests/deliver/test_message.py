"""A mail as it goes over the wire: every header readable, nothing of a feed outside of the subject."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.message import REPEAT, TRIAL, compose, header_text, message_id
from tests.deliver.letters import LETTER, NOW, RENDERED, mail_at

MAIL = mail_at(25, sender_name="Küstenwache 🛟, Presse", reply_to="desk@monitor.example")
URL = "https://monitor.example/unsubscribe/12/0123456789abcdef0123456789abcdef"


def sent(subject: str = RENDERED.subject, **more: object) -> tuple[EmailMessage, bytes]:
    letter = replace(LETTER, rendered=replace(RENDERED, subject=subject), **more)  # type: ignore[arg-type]
    _, data = compose("me@reader.example", letter, MAIL)
    read = message_from_bytes(data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read, data


def head(data: bytes) -> str:
    return data.partition(b"\r\n\r\n")[0].decode("ascii")


def test_the_headers() -> None:
    read, data = sent(unsubscribe_url=URL)
    assert (
        read["From"].addresses[0].display_name,
        read["From"].addresses[0].addr_spec,
    ) == ("Küstenwache 🛟, Presse", "monitor@monitor.example")
    assert read["To"] == "me@reader.example"
    assert read["Reply-To"] == "desk@monitor.example"
    assert read["Subject"] == RENDERED.subject
    assert parsedate_to_datetime(read["Date"]) == NOW
    assert read["Message-ID"] == LETTER.message_id
    assert read["List-Id"] == "<daily.monitor.example>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Content-Language"] == "en"
    assert read.get_content_type() == "multipart/alternative"
    assert f"List-Unsubscribe: <{URL}>,\r\n <mailto:desk@monitor.example?subject=" in head(data)
    assert not [name for name in read if name.startswith("X-")]


def test_the_sender_is_called_what_the_digest_is_called_where_nobody_says_else() -> None:
    _, data = compose("me@reader.example", LETTER, replace(MAIL, sender_name=""))
    assert 'From: "AI policy"\r\n <monitor@monitor.example>\r\n' in data.decode()


@pytest.mark.parametrize("url", ["", "http://monitor.example/unsubscribe/12/ab"])
def test_one_click_is_offered_over_https_alone(url: str) -> None:
    read, data = sent(unsubscribe_url=url)
    assert "List-Unsubscribe" not in read
    assert "List-Unsubscribe-Post" not in read
    assert (url in data.decode()) or not url


@given(st.text(max_size=400))
def test_any_subject_comes_out_as_it_went_in_but_for_what_is_not_shown(subject: str) -> None:
    read, data = sent(subject)
    assert read["Subject"] == header_text(subject)
    assert all(len(line) <= 78 for line in head(data).split("\r\n") if line.startswith(" "))


@pytest.mark.parametrize(
    "subject",
    [
        "Licences\r\nBcc: everybody@reader.example", "Licences\nX-Evil: 1\n\nbody", "a\x00b\x1b[31mc\u2028d",
        "\u202egnp.exe", "\ud800 half", "=?utf-8?q?already=20encoded?=", "出口管制" * 2000, "🇪🇺" * 500, "x" * 10_000,
        "👩‍👩‍👧‍👦" * 60, "", " ", "e\u0301" * 300,
    ],
)  # fmt: skip
def test_a_hostile_subject_stays_in_its_header(subject: str) -> None:
    read, data = sent(subject)
    assert read["Subject"] == header_text(subject)
    assert len(header_text(subject)) <= 200
    assert not any(unicodedata.category(each) in {"Cc", "Cs"} for each in read["Subject"])
    names = [line.partition(":")[0] for line in head(data).split("\r\n") if line[:1] != " "]
    assert len(names) == len(set(names))
    assert "Bcc" not in names
    assert "X-Evil" not in names
    for word in re.findall(r"=\?utf-8\?b\?\S+\?=", head(data)):
        assert len(word) <= 75


def test_every_line_is_ascii_and_short_enough_for_every_server() -> None:
    text = "出口管制 " * 5000 + "\n" + "x" * 5000 + "\nend\n"
    rendered = replace(RENDERED, text=text, html=f"<p>{text}</p>")
    _, data = compose("me@reader.example", replace(LETTER, rendered=rendered), MAIL)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    read = message_from_bytes(data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    plain = read.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == text


def bodies(**more: object) -> tuple[str, str]:
    read, _ = sent(RENDERED.subject, **more)
    text, page = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert page is not None
    return text.get_content().replace("\r\n", "\n"), page.get_content()


def test_a_repeat_says_so_above_all_else() -> None:
    text, page = bodies(may_be_repeat=True)
    assert text.startswith(f"{REPEAT}\n\n{RENDERED.text[:9]}")
    assert page.index("pre</div>") < page.index("This may be a repeat") < page.index("<h1>")
    assert "<!--to-->" not in page


def test_a_trial_says_so_in_its_subject_and_above_all_else() -> None:
    read, _ = sent(trial=True)
    assert read["Subject"] == f"[Trial] {RENDERED.subject}"
    text, page = bodies(trial=True)
    assert text.startswith(TRIAL)
    assert page.index(TRIAL) < page.index("<h1>")


def test_the_link_to_unsubscribe_ends_both_forms() -> None:
    text, page = bodies(unsubscribe_url=URL)
    assert text.endswith(f"\nUnsubscribe: {URL}\n")
    assert page.index("<footer>") < page.index(f'<a href="{URL}" ') < page.index("</footer>")


def test_a_page_without_marks_gets_its_notes_inside_of_its_body() -> None:
    old = replace(RENDERED, html="<html><body class=a>old</body></html>")
    _, data = compose(
        "me@reader.example",
        replace(LETTER, rendered=old, may_be_repeat=True, unsubscribe_url=URL),
        MAIL,
    )
    read = message_from_bytes(data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    body = read.get_body(("html",))
    assert body is not None
    page = body.get_content()
    assert page.startswith("<html><body class=a><p")
    assert page.rstrip().endswith("</p></body></html>")


def test_the_message_id_is_each_recipients_own_and_always_the_same() -> None:
    one = message_id("home", "daily-1", "mail", "a@reader.example", "monitor.example")
    assert one == message_id("home", "daily-1", "mail", "a@reader.example", "monitor.example")
    others = {
        message_id("other", "daily-1", "mail", "a@reader.example", "monitor.example"),
        message_id("home", "daily-2", "mail", "a@reader.example", "monitor.example"),
        message_id("home", "daily-1", "mail", "b@reader.example", "monitor.example"),
    }
    assert len(others | {one}) == 4
    assert re.fullmatch(r"<[0-9a-f]{32}@monitor\.example>", one)
