"""`[summaries]`: off by default, one way at a time, never with a key in the file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.model.digest import Summaries
from monitor.settings.home import Home
from monitor.settings.read import load


def summaries(root: Path, *lines: str) -> Summaries:
    (root / "config").mkdir(exist_ok=True)
    (root / "config" / "monitor.toml").write_text("[summaries]\n" + "\n".join(lines))
    return load(Home(root)).summaries


def test_without_a_word_about_it_nobody_is_asked(tmp_path: Path) -> None:
    off = summaries(tmp_path)
    assert off == Summaries()
    assert not off.wanted


def test_a_server_and_its_model(tmp_path: Path) -> None:
    on = summaries(
        tmp_path,
        'server = "http://127.0.0.1:11434/v1/"',
        'model = "small"',
        'api_key_env = "MODEL_KEY"',
        'timeout = "90s"',
        "per_edition = 3",
    )
    assert on.wanted
    assert (on.server, on.model) == ("http://127.0.0.1:11434/v1", "small")
    assert (on.api_key_env, on.timeout, on.per_edition) == (
        "MODEL_KEY",
        timedelta(seconds=90),
        3,
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['server = "https://a.example/v1"'], "needs model"),
        (["library = true"], "needs model"),
        (['server = "https://a.example/v1"', "library = true", 'model = "a"'], "not both"),
        (['server = "https://a.example/v1?key=abc"', 'model = "a"'], "must hold no ?"),
        (['server = "https://a.example/v1/chat/completions"', 'model = "a"'], "leave that off"),
        (['server = "https://me:secret@a.example/v1"', 'model = "a"'], "summaries.server"),
        (['api_key_env = "sk-abcdef"'], "never the secret itself"),
        (["per_edition = 0"], "summaries.per_edition"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        summaries(tmp_path, *lines)
    assert said in str(caught.value)
    for secret in ("secret@", "sk-abcdef", "key=abc"):
        assert secret not in str(caught.value)
