"""config/access.toml: hashes alone, for its owner alone, comments kept; and which passwords are taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.errors import MonitorError, NotFoundError, SettingsError, UsageError
from monitor.model.access import EVERYTHING, Access, Scope, Token
from monitor.settings.access import (
    access_mode,
    add_token,
    read_access,
    remove_token,
    set_password,
)
from monitor.settings.home import Home
from monitor.settings.passwords import weakness
from monitor.settings.read import load

HASHED = "$argon2id$v=19$m=64,t=1,p=1$bW9uaXRvci10ZXN0cw$" + "A" * 43


@pytest.fixture
def where(home: Path) -> Home:
    return Home(home)


def named(name: str, *scopes: Scope) -> Token:
    return Token(
        name, f"{ord(name[0]):02x}" * 32, scopes or ("read",), date(2026, 11, 26), date(2027, 2, 24)
    )


def test_without_the_file_there_is_neither_password_nor_token(where: Home) -> None:
    assert read_access(where) == Access()
    assert access_mode(where) is None


def test_what_is_set_is_read_again_and_kept_from_others(where: Home) -> None:
    set_password(where, HASHED)
    add_token(where, named("a", "feeds", "metrics"))
    add_token(where, named("b"))
    tokens = (named("a", "feeds", "metrics"), named("b"))
    assert read_access(where) == Access(HASHED, tokens)
    assert access_mode(where) == 0o600
    assert (where.config / ".gitignore").read_text() == "access.toml\n"
    assert load(where).warnings == ()


def test_the_file_is_for_its_owner_again_after_each_change(where: Home) -> None:
    set_password(where, HASHED)
    where.access_file.chmod(0o644)
    add_token(where, named("a"))
    assert access_mode(where) == 0o600


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_comments_and_order_stay(where: Home, order: str) -> None:
    for name in order:
        add_token(where, named(name))
    text = where.access_file.read_text()
    text = text.replace('password = ""\n', "").replace("[tokens.b]", "# the second\n[tokens.b] # b")
    where.access_file.write_text(text + "# the end\n")
    set_password(where, HASHED)
    remove_token(where, "a")
    add_token(where, named("c"))
    text = where.access_file.read_text()
    for comment in ("# Hashes", "# the second\n[tokens.b] # b", "# the end"):
        assert comment in text
    access = read_access(where)
    assert access.password == HASHED
    assert [each.name for each in access.tokens] == ["b", "c"]
    remove_token(where, "b")
    remove_token(where, "c")
    set_password(where, "")
    assert read_access(where) == Access()


def test_a_file_that_cannot_be_changed_safely_stays(where: Home) -> None:
    where.access_file.write_text(
        f'tokens = {{a = {{hash = "{"a" * 64}", scopes = ["read"], created_on = 2026-01-01}}}}\n'
    )
    before = where.access_file.read_bytes()
    with pytest.raises(MonitorError, match="with an editor"):
        remove_token(where, "a")
    assert where.access_file.read_bytes() == before


def test_names_are_used_once_and_unknown_ones_told(where: Home) -> None:
    add_token(where, named("phone"))
    with pytest.raises(UsageError, match="already"):
        add_token(where, named("phone"))
    with pytest.raises(UsageError, match="write my-phone"):
        add_token(where, named("My Phone"))
    with pytest.raises(NotFoundError, match="did you mean phone"):
        remove_token(where, "phona")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("password = 'secret'", "no hash of a password"),
        (f"password = '{HASHED}'\nextra = 1", "unknown"),
        (
            "[tokens.a]\nhash = 'x'\nscopes = ['read']\ncreated_on = 2026-01-01",
            "no hash of a token",
        ),
        (f"[tokens.a]\nhash = '{'a' * 64}'\nscopes = []\ncreated_on = 2026-01-01", "empty"),
        (f"[tokens.a]\nhash = '{'a' * 64}'\nscopes = ['all']\ncreated_on = 2026-01-01", '"write"'),
        ("password = ", "no valid TOML"),
    ],
)
def test_faults_are_told_with_their_line_and_no_secret(where: Home, text: str, said: str) -> None:
    where.access_file.write_text(text)
    with pytest.raises(SettingsError, match=r"config/access\.toml") as raised:
        read_access(where)
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)


def test_scopes_hold_what_they_imply() -> None:
    assert named("a", "write").may == EVERYTHING
    assert named("a", "read").may == EVERYTHING - {"write"}
    assert named("a", "feeds").may == {"feeds"}
    assert named("a", "feeds", "metrics").may == {"feeds", "metrics"}


@pytest.mark.parametrize(
    "password",
    ["", "short", "elevenchars", "password1234", "Passw0rd!!!!2024", "P4$$w0rd2024!!", "123456789012",
     "qwertyuiop12", "aaaaaaaaaaaa", "abcabcabcabc", "monitor-monitor", "correct horse battery staple",
     "iloveyou1234", "Summer2024!!!", "abcdefghijklm", "12121212121212x", "violet\tkettle banana", "x" * 1001],
)  # fmt: skip
def test_what_is_tried_first_is_no_password(password: str) -> None:
    assert weakness(password)


@pytest.mark.parametrize(
    "password",
    [
        "violet kettle banana fjord",
        "k3#9vLq!zT0p",
        "8593027461937",
        "Frühling über Görlitz",
        "門前の小僧習わぬ経を読むとか",
    ],
)
def test_what_is_not_is_one(password: str) -> None:
    assert weakness(password) == ""


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ('proxy_header = "Remote-User"', "needs proxy_from"),
        ('proxy_header = "Cookie"\nproxy_from = ["127.0.0.1"]', "Remote-User"),
        ('proxy_header = "X-Forwarded-For"\nproxy_from = ["127.0.0.1"]', "Remote-User"),
        ('proxy_header = "a b"\nproxy_from = ["127.0.0.1"]', "Remote-User"),
        ('proxy_from = ["0.0.0.0/0"]', "everybody"),
        ('proxy_from = ["proxy.internal"]', "address or network"),
        ('proxy_from = ["10.0.0.1/8"]', "address or network"),
        ('proxy_users = ["ann"]', "needs proxy_header"),
    ],
)
def test_a_web_server_is_believed_only_where_that_is_clear(
    where: Home, web: str, said: str
) -> None:
    where.monitor_file.write_text(f"[web]\n{web}\n")
    with pytest.raises(SettingsError, match="web") as raised:
        load(where)
    assert said in str(raised.value)
