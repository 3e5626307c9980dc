"""What `monitor doctor` says of `[summaries]`: whether a model can be asked, and what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from monitor import __version__
from monitor.fetch.client import Fetcher
from monitor.model.digest import Summaries
from monitor.model.fetch import Fetched, FetchFailure, FetchOutcome, FetchRequest
from monitor.service.models import MOST_ANSWER, key_fault, key_headers
from monitor.service.refreshing import fetch_limits
from monitor.settings.extras import library_missing, llm_install_hint
from monitor.settings.values import FetchSettings, Settings

_SECONDS = 15
_LEAVE = "Digests go out without summaries until then."


def check_summaries(settings: Settings, environ: Mapping[str, str]) -> tuple[bool, str] | None:
    """Return whether summaries can be made and a sentence about it; None where none are wanted.

    A server is asked for the list of its models, which costs nothing; no text is sent.
    """
    wanted = settings.summaries
    if not wanted.wanted:
        return None
    key = environ.get(wanted.api_key_env, "") if wanted.api_key_env else ""
    if fault := key_fault(wanted.api_key_env, key):
        return False, f"{fault}; set it where the monitor is started. {_LEAVE}"
    if wanted.library:
        if library_missing():
            return False, llm_install_hint("[summaries] has library = true")
        return True, f"{wanted.model} is asked through the library llm; not tried here"
    outcome = asyncio.run(_models(wanted, settings.fetch, key))
    if isinstance(outcome, FetchFailure):
        return _failed(wanted, outcome, bool(key))
    if not isinstance(outcome, Fetched):
        return True, f"{wanted.server} answers"
    names = _names(outcome.body)
    if names and wanted.model not in names:
        known = ", ".join(sorted(names)[:5])
        return False, f"{wanted.server} has no model {wanted.model!r}; it has: {known}. {_LEAVE}"
    return True, f"{wanted.server} answers" + (f" and has {wanted.model}" if names else "")


async def _models(wanted: Summaries, settings: FetchSettings, key: str) -> FetchOutcome:
    seconds = min(wanted.timeout, timedelta(seconds=_SECONDS))
    limits = replace(fetch_limits(settings), timeout=seconds, max_wire=MOST_ANSWER * 10)
    request = FetchRequest(url=f"{wanted.server}/models", headers=key_headers(key), follow=False)
    async with Fetcher(limits, __version__) as fetcher:
        return await fetcher.fetch(request)


def _failed(wanted: Summaries, failure: FetchFailure, with_key: bool) -> tuple[bool, str]:
    if failure.kind == "blocked":
        todo = (
            f"see whether {wanted.api_key_env} holds the right one"
            if with_key
            else 'name the variable that holds one: api_key_env = "NAME"'
        )
        return False, f"{wanted.server} refuses to be asked without a valid key; {todo}. {_LEAVE}"
    if failure.status and failure.kind in ("http", "gone", "empty", "redirect"):
        # Not every server lists its models.
        return True, f"{wanted.server} answers, without a list of its models ({failure.status})"
    return False, f"{failure.message} See that the server runs and its address is right. {_LEAVE}"


def _names(body: bytes) -> set[str]:
    """Return the names of the models in a list, none when it is not one."""
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        return set()
    rows = document.get("data") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        return set()
    found = {row.get("id") for row in rows if isinstance(row, dict)}
    return {name for name in found if isinstance(name, str) and name.isprintable()}
