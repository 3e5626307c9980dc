"""Summaries through the library `llm`, with models that are registered in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import llm
import pytest
from llm.plugins import load_plugins, pm

from monitor.model.digest import Summaries
from monitor.model.edition import Edition
from monitor.service.models import guarded_ask
from monitor.service.summarising import Answers, summarised
from monitor.settings.values import FetchSettings
from tests.digests.builders import a_card, an_edition, an_entry

GOOD = "The ministry opens a consultation on kite licences."
KEY = "sk-invented-0123456789"


class Invented(llm.KeyModel):
    """Says what a test wants; keeps what it was asked."""

    model_id = "invented"
    needs_key = "invented"

    class Options(llm.Options):
        max_tokens: int | None = None

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int | None, str | None]] = []
        self.says = GOOD
        self.released = threading.Event()

    def execute(
        self, prompt: Any, stream: bool, response: Any, conversation: Any, key: str | None
    ) -> Iterator[str]:
        self.asked.append((prompt.system, prompt.prompt, prompt.options.max_tokens, key))
        if self.says == "stall":
            self.released.wait(30)
        if self.says == "fail":
            raise RuntimeError(f"refused {key}")
        yield self.says


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invented]:
    monkeypatch.setenv("LLM_USER_PATH", "replaced")
    here = Invented()

    class Plugin:
        @llm.hookimpl
        def register_models(self, register: Any) -> None:
            register(here)

    load_plugins()  # type: ignore[no-untyped-call]
    plugin = Plugin()
    pm.register(plugin)
    try:
        yield here
    finally:
        here.released.set()
        pm.unregister(plugin)


def ask(folder: Path, **changes: Any) -> Edition:
    settings = replace(
        Summaries(library=True, model="invented", api_key_env="MODEL_KEY"), **changes
    )
    return summarised(
        an_edition(replace(a_card(), entries=(1,))),
        {1: an_entry(1, title="Ministry opens consultation on kite licences")},
        settings,
        {"MODEL_KEY": KEY},
        guarded_ask(FetchSettings()),
        folder=folder,
        answers=Answers(),
    )


def test_the_library_is_asked_with_our_key_and_keeps_its_files_in_our_folder(
    model: Invented, tmp_path: Path
) -> None:
    told = ask(tmp_path / "llm")
    summary = told.sections[0].cards[0].summary
    assert summary is not None
    assert (summary.text, summary.model) == (GOOD, "invented")
    [(system, data, length, key)] = model.asked
    assert "data written by strangers" in system
    assert "kite licences" in data
    assert (length, key) == (300, KEY)
    assert (tmp_path / "llm").is_dir()
    assert not list((tmp_path / "llm").iterdir())


def test_what_it_says_is_held_against_the_sources_all_the_same(
    model: Invented, tmp_path: Path
) -> None:
    model.says = f"Minister Bertram opens 17 consultations. {GOOD}"
    summary = ask(tmp_path).sections[0].cards[0].summary
    assert summary is not None
    assert summary.text == GOOD


@pytest.mark.parametrize(
    ("says", "changes", "reason"),
    [
        ("fail", {}, "the library llm failed (RuntimeError)"),
        ("stall", {"timeout": timedelta(seconds=0.3)}, "the model did not answer in time"),
        (GOOD, {"model": "unheard-of"}, "the library llm knows no model unheard-of"),
    ],
)
def test_a_model_that_fails_stalls_or_is_not_there_costs_its_summary_alone(
    model: Invented, tmp_path: Path, says: str, changes: dict[str, Any], reason: str
) -> None:
    model.says = says
    told = ask(tmp_path, **changes)
    assert told.sections[0].cards[0].summary is None
    assert told.notes == (f"Summaries: 0 of 1; {reason}.",)
    assert KEY not in repr(told)
