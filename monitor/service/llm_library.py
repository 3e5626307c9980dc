"""Asking a model through the Python library `llm`, the extra of that name.

The library and its plugins bring their own way to the network, which our guard does not see: only
who runs the monitor can name one, in `[summaries]`, and the texts of feeds never choose it. It is
imported when it is first asked, and keeps its files in a folder of ours.
"""

from __future__ import annotations

import os
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from monitor.model.digest import Summaries
from monitor.service.models import Tell, Unanswered
from monitor.settings.extras import library_missing

_MOST_TEXT = 40_000


def library_model(settings: Summaries, key: str, folder: Path) -> Tell:
    """Return a way to ask the model of the library; `folder` is where that keeps its files.

    It knows no timeouts, so it works in a thread that is left alone when the time is over.
    """

    def tell(system: str, data: str, seconds: float) -> str | Unanswered:
        if library_missing():
            return Unanswered("the library llm is not installed", final=True)
        answers: SimpleQueue[str | Unanswered] = SimpleQueue()

        def work() -> None:
            answers.put(_asked(settings, key, folder, system, data))

        Thread(target=work, name="summaries", daemon=True).start()
        try:
            return answers.get(timeout=seconds)
        except Empty:
            return Unanswered("the model did not answer in time")

    return tell


def _asked(settings: Summaries, key: str, folder: Path, system: str, data: str) -> str | Unanswered:
    # The library looks for its keys and aliases here whenever it is asked, and nowhere else.
    os.environ["LLM_USER_PATH"] = str(folder)
    try:
        import llm

        models = llm.get_model_aliases()
        if settings.model not in models:
            return Unanswered(f"the library llm knows no model {settings.model}", final=True)
        model = models[settings.model]
        options = {"max_tokens": settings.max_tokens} if _takes_length(model) else {}
        answer = model.prompt(data, system=system, stream=False, options=options, key=key or None)
        return answer.text()[:_MOST_TEXT]
    except Exception as error:  # noqa: BLE001  # plugins are anybody's; their words may hold the key
        return Unanswered(f"the library llm failed ({type(error).__name__})")


def _takes_length(model: object) -> bool:
    options = getattr(model, "Options", None)
    return "max_tokens" in getattr(options, "model_fields", ())
