"""What doctor says of `[summaries]`: nothing where they are off, else whether they can be made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service.summary_check import check_summaries
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.settings.values import Settings
from tests.service.model_server import ModelServer, Reply, serving_model

KEY = "sk-invented-0123456789"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving_model() as running:
        yield running


def settings(root: Path, *lines: str, private: str = '"127.0.0.0/8"') -> Settings:
    (root / "config").mkdir(exist_ok=True)
    text = "\n".join([f"[fetch]\nallow_private = [{private}]", "[summaries]", *lines])
    (root / "config" / "monitor.toml").write_text(text)
    return load(Home(root))


def asking(server: ModelServer, *more: str) -> list[str]:
    return [f'server = "{server.base}"', 'model = "small"', *more]


def test_nothing_is_said_where_no_summaries_are_wanted(tmp_path: Path) -> None:
    assert check_summaries(settings(tmp_path), {}) is None


def test_a_server_that_has_the_model(tmp_path: Path, server: ModelServer) -> None:
    told = check_summaries(
        settings(tmp_path, *asking(server, 'api_key_env = "MODEL_KEY"')), {"MODEL_KEY": KEY}
    )
    assert told == (True, f"{server.base} answers and has small")
    assert server.keys == [f"Bearer {KEY}"]
    assert server.asked == []


@pytest.mark.parametrize(
    ("models", "ok", "said"),
    [
        (Reply(b'{"data": [{"id": "large"}, {"id": 5}, 7]}'), False, "it has: large"),
        (Reply(b"nothing here", 404), True, "without a list of its models (404)"),
        (Reply(b"<html>", content_type="text/html"), True, "answers"),
        (Reply(b"[" * 50_000), True, "answers"),
        (Reply(b"no", 401), False, "api_key_env"),
        (Reply(b"", 302, headers=(("Location", "/v2"),)), True, "without a list"),
    ],
)
def test_a_server_that_answers_otherwise(
    tmp_path: Path, server: ModelServer, models: Reply, ok: bool, said: str
) -> None:
    server.models = models
    told = check_summaries(settings(tmp_path, *asking(server)), {})
    assert told is not None
    assert told[0] is ok
    assert said in told[1]


def test_a_wrong_key_is_named_by_its_variable(tmp_path: Path, server: ModelServer) -> None:
    server.models = Reply(f"wrong key {KEY}".encode(), 403)
    lines = asking(server, 'api_key_env = "MODEL_KEY"')
    told = check_summaries(settings(tmp_path, *lines), {"MODEL_KEY": KEY})
    assert told is not None
    assert not told[0]
    assert "MODEL_KEY" in told[1]
    assert KEY not in told[1]
    told = check_summaries(settings(tmp_path, *lines), {})
    assert told is not None
    assert "the environment variable MODEL_KEY is not set" in told[1]


def test_a_private_address_that_is_not_opened(tmp_path: Path, server: ModelServer) -> None:
    told = check_summaries(settings(tmp_path, *asking(server), private=""), {})
    assert told is not None
    assert not told[0]
    assert "allow_private" in told[1]
    assert server.keys == []


def test_the_library_is_looked_for_and_not_asked(tmp_path: Path) -> None:
    told = check_summaries(settings(tmp_path, "library = true", 'model = "small"'), {})
    assert told is not None
    assert "small" in told[1] or "pip install" in told[1]
