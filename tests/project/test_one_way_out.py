"""One guarded way out: only the fetch room can open a connection, but for mail (PROMISES 4)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.project.tree import MODULES, ROOT, imports, module_name, parsed, room

WAYS_OUT = {
    "aiohttp", "apprise", "ftplib", "http.client", "httpcore", "httpx", "imaplib", "llm", "nntplib", "poplib",
    "pycurl", "requests", "smtplib", "socket", "ssl", "telnetlib", "urllib.request", "urllib3",
    "websockets", "xmlrpc",
}  # fmt: skip
"""Modules that open connections."""

CONNECTS = {
    "create_connection", "create_datagram_endpoint", "create_unix_connection", "open_connection",
    "open_unix_connection", "sock_connect", "start_tls", "urlopen", "urlretrieve",
}  # fmt: skip
"""Functions of modules that do other things too (asyncio)."""

LISTENS = {"monitor.web.server": {"socket"}}
"""Who may use one of them to listen, and for nothing else; `connect` is looked for there."""

TO_WHOM_ADMINS_NAME = {
    "monitor.deliver.notify": {"apprise"},
    "monitor.service.llm_library": {"llm"},
}
"""Who reaches addresses past the guard that only the person who runs the monitor can set."""

MAILS = {"monitor.deliver.smtp": {"smtplib", "ssl"}, "monitor.deliver.mail": {"smtplib"}}
"""Who talks to the one server `[mail]` names, to which no feed's text can lead."""


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


OUTSIDE = [path for path in MODULES if room(module_name(path)) != "fetch"]


def ways_out(path: Path) -> set[str]:
    """Return what a module uses that opens connections."""
    used = imports(path) | {
        f"{node.module}.{alias.name}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    found = {way for way in WAYS_OUT if any(u == way or u.startswith(f"{way}.") for u in used)}
    found -= LISTENS.get(module_name(path), set())
    found -= TO_WHOM_ADMINS_NAME.get(module_name(path), set())
    found -= MAILS.get(module_name(path), set())
    for node in ast.walk(parsed(path)):
        name = ""
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.alias):
            name = node.name
        if name in CONNECTS or (name in {"connect", "connect_ex"} and _of_socket(path)):
            found.add(name)
    return found


def _of_socket(path: Path) -> bool:
    return "socket" in imports(path)


def test_only_the_fetch_room_opens_connections() -> None:
    wrong = [f"{shown(path)}: {each}" for path in OUTSIDE for each in sorted(ways_out(path))]
    assert not wrong, "ask monitor.fetch.client.Fetcher, which has the guard:\n" + "\n".join(wrong)


def test_in_the_fetch_room_nothing_goes_round_the_guarded_backend() -> None:
    """One module connects, and it is the one that asks the guard first."""
    connecting = {
        path.name
        for path in MODULES
        if room(module_name(path)) == "fetch"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in (CONNECTS | {"connect_tcp"})
    }
    assert connecting == {"network.py"}
    clients = {
        path.name
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"AsyncClient", "Client", "AsyncHTTPTransport", "HTTPTransport"}
    }
    assert clients == {"client.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import urllib.request", "from urllib import request", "from urllib.request import urlopen",
        "import asyncio\nasyncio.open_connection('a', 1)", "from asyncio import open_connection",
        "def f():\n    import smtplib", "from socket import socket\nsocket().connect(('a', 1))",
        "from http import client",
    ],
)  # fmt: skip
def test_the_walk_sees_a_way_out(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "monitor" / "web" / "sly.py"
    module.parent.mkdir(parents=True)
    module.write_text(code)
    monkeypatch.setattr("tests.project.tree.ROOT", tmp_path)
    assert ways_out(module)
