"""The page on a real address: it answers, says why it cannot, and stops when told."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from monitor.errors import MonitorError
from monitor.service.wiring import Services, utc_now
from monitor.web.app import create_app
from monitor.web.server import address_of, is_open, listen, serve

# `serve` as the console script has it, whether or not the group names it yet.
COMMAND = (
    "from monitor.cli import cli, main; from monitor.cli.serving import serve; "
    "cli.add_command(serve); main()"
)


async def test_the_page_is_served_until_it_is_told_to_stop(services: Services) -> None:
    stop, ready = asyncio.Event(), asyncio.Event()
    addresses: list[str] = []

    def tell(address: str) -> None:
        addresses.append(address)
        ready.set()

    listener = listen("127.0.0.1", 0)
    serving = asyncio.create_task(
        serve(create_app(services, utc_now), listener, stop=stop, ready=tell)
    )
    await ready.wait()
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(addresses[0])
        head = await client.head(addresses[0])
        foreign = await client.get(addresses[0], headers={"Host": "evil.example"})
    assert (page.status_code, head.status_code, foreign.status_code) == (200, 200, 421)
    assert "server" not in page.headers
    stop.set()
    await serving
    assert listener.fileno() == -1


def test_a_port_in_use_is_said_in_one_sentence_that_names_the_option() -> None:
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with taken, pytest.raises(MonitorError, match=rf"Port {port} .* in use .*--port"):
        listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 300])
def test_an_address_of_another_machine_is_refused_with_what_to_do(host: str) -> None:
    with pytest.raises(MonitorError, match="--host"):
        listen(host, 0)


def test_only_loopback_is_private_to_this_machine() -> None:
    with listen("127.0.0.1", 0) as own, listen("0.0.0.0", 0) as everybody:
        assert not is_open(own)
        assert is_open(everybody)
        assert address_of(everybody).startswith("http://localhost:")


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_and_stops_quietly(home: Path, name: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "--home", str(home), "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    with process:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = line.removeprefix("The page is at ").strip()
        try:
            answer = httpx.get(address + "healthz", trust_env=False)
        finally:
            process.send_signal(name)
        assert answer.json()["status"] == "ok"
        rest = process.stderr.read()
        assert process.wait() == 0
    assert rest == "page stopped.\n"
