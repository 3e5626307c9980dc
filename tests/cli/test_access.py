"""`monitor access`, and where the page is refused."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.service.access import hash_of, is_password, token_of
from monitor.settings.access import read_access
from monitor.settings.home import Home
from tests.conftest import Command

PASSWORD = "violet kettle banana fjord"


def test_a_password_is_read_from_a_line_and_only_its_hash_kept(
    in_home: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\r\nmore\n"))
    ran = in_home("access", "password")
    assert ran.status == 0
    assert PASSWORD not in ran.out + ran.err
    text = (home / "config" / "access.toml").read_text()
    assert PASSWORD not in text
    access = read_access(Home(home))
    assert is_password(access, PASSWORD)
    assert not is_password(access, PASSWORD + " ")
    assert not is_password(access, "")
    assert in_home("access", "status", "--json").json["password"] is True
    assert in_home("access", "password", "--remove").status == 0
    assert in_home("access", "status").out.startswith("password: not set")
    assert "no password" in in_home("access", "password", "--remove").err


@pytest.mark.parametrize(("line", "said"), [("", "0 characters"), ("short\n", "12 or more"), ("password12345\n", "tried first")])  # fmt: skip
def test_a_weak_password_is_refused(
    in_home: Command, home: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    ran = in_home("access", "password")
    assert ran.status == 2
    assert said in ran.err
    assert not (home / "config" / "access.toml").exists()


def test_on_a_terminal_it_is_asked_for_twice_and_not_shown(home: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--home", str(home), "access", "password"],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for prompts in (1, 2):
        while shown.count(b": ") < prompts:
            shown += os.read(ours, 1000)
        os.write(ours, PASSWORD.encode() + b"\n")
    while process.poll() is None:
        try:
            shown += os.read(ours, 1000)
        except OSError:  # the other side is gone
            break
    assert process.wait() == 0
    os.close(ours)
    assert b"Password" in shown
    assert PASSWORD.encode() not in shown
    assert is_password(read_access(Home(home)), PASSWORD)


def test_a_token_is_printed_once(in_home: Command, home: Path) -> None:
    made = in_home("access", "token", "add", "phone", "--scope", "feeds,read", "--expires", "90d")
    assert made.status == 0
    secret = made.out.strip()
    assert secret.startswith("monitor_")
    assert len(secret) > 45
    listed = in_home("access", "token", "list", "--json").json["tokens"]
    assert listed[0]["name"] == "phone"
    assert listed[0]["scopes"] == ["read", "feeds"]
    assert listed[0]["good"] is True
    assert listed[0]["expires_on"] > listed[0]["created_on"]
    text = (home / "config" / "access.toml").read_text()
    assert secret not in text
    assert hash_of(secret) in text
    access = read_access(Home(home))
    token = access.tokens[0]
    assert token_of(access, secret, token.created_on) == token
    assert token_of(access, secret + "x", token.created_on) is None
    assert in_home("access", "token", "list").out.startswith("phone\tread, feeds\t")
    in_home("access", "token", "add", "script", "--scope", "read")
    phone, script = in_home("access", "token", "list").out.splitlines()
    assert phone.split("\t")[3] == listed[0]["expires_on"]
    assert script.split("\t")[3] == "no end"
    assert in_home("access", "token", "list", "--json").json["tokens"][1]["expires_on"] is None
    assert in_home("access", "token", "remove", "script").status == 0
    assert in_home("access", "token", "remove", "phone").status == 0
    assert in_home("access", "token", "list").out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("phone", "--scope", "all"), "read, write, feeds, metrics"),
        (("phone", "--scope", ","), "read, write, feeds, metrics"),
        (("Phone!", "--scope", "read"), "write phone"),
        (("phone", "--scope", "read", "--expires", "soon"), "--expires"),
        (("phone", "--scope", "read", "--expires", "1h"), "between 1d"),
    ],
)
def test_wrong_tokens_are_refused(in_home: Command, arguments: tuple[str, ...], said: str) -> None:
    ran = in_home("access", "token", "add", *arguments)
    assert ran.status == 2
    assert said in ran.err


@pytest.mark.parametrize("command", ["serve", "run"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_address_for_others_is_refused_until_somebody_is_asked(
    in_home: Command, command: str, host: str
) -> None:
    ran = in_home(command, "--host", host, "--port", "0")
    assert ran.status == 2
    assert "monitor access password" in ran.err
    assert "docs/access.md" in ran.err


def test_an_address_for_others_in_the_settings_is_refused_as_well(
    in_home: Command, home: Path
) -> None:
    settings = home / "config" / "monitor.toml"
    settings.write_text(f'{settings.read_text()}\n[web]\nhost = "0.0.0.0"\n')
    assert in_home("serve", "--port", "0").status == 2
    found = {each["check"]: each for each in in_home("doctor", "--json").json["checks"]}
    assert found["access"]["ok"] is False
    assert "monitor access password" in found["access"]["message"]


def test_doctor_says_who_may_open_the_page(in_home: Command, home: Path) -> None:
    def access() -> tuple[bool, str]:
        checks = in_home("doctor", "--json").json["checks"]
        found = next(each for each in checks if each["check"] == "access")
        return found["ok"], found["message"]

    assert access() == (
        True,
        "the page is open to this machine alone, without a password; 0 tokens",
    )
    in_home("access", "token", "add", "old", "--scope", "read", "--expires", "1d")
    file = home / "config" / "access.toml"
    text = file.read_text()
    lines = ["expires_on = 2026-01-02" if "expires" in each else each for each in text.split("\n")]
    file.write_text("\n".join(lines))
    ok, message = access()
    assert ok
    assert "expired: old" in message
    file.chmod(0o644)
    ok, message = access()
    assert not ok
    assert "chmod 600" in message
