"""What the monitor can do only with packages that are not always installed."""

from __future__ import annotations

from importlib.util import find_spec

FULL_TEXT = ("protego", "trafilatura")
"""The packages of the extra `fulltext`."""

NOTIFY = "apprise"
"""The package of the extra `notify`."""


def _install(extra: str) -> str:
    """Say how an extra is installed: a bare `pip` is often that of another environment."""
    return f"install it, in the checkout of monitor, with: .venv/bin/pip install --editable '.[{extra}]'"


def full_text_missing() -> tuple[str, ...]:
    """Return the packages that full text lacks, () when it can be had. None of them is imported."""
    return tuple(name for name in FULL_TEXT if find_spec(name) is None)


def install_hint(wanting: str) -> str:
    """Say what to do where full text is wanted, as the sentence `wanting` says, and cannot be had."""
    missing = " and ".join(full_text_missing())
    return (
        f"{wanting}, but {missing} is not installed, so pages are not fetched; "
        f"{_install('fulltext')}"
    )


def library_missing() -> bool:
    """Tell whether the library of the extra `llm` is not there. It is not imported."""
    return find_spec("llm") is None


def llm_install_hint(wanting: str) -> str:
    """Say what to do where a model is wanted through the library, as the sentence `wanting` says."""
    return f"{wanting}, but llm is not installed, so there are no summaries; {_install('llm')}"


def notify_missing() -> bool:
    """Tell whether other services cannot be told, for want of the extra `notify`."""
    return find_spec(NOTIFY) is None


def notify_hint() -> str:
    """Say what to do where a recipient is given by `notify_env` and cannot be told."""
    return (
        f"monitor.toml has a recipient with notify_env, but {NOTIFY} is not installed, so nothing can be "
        f"delivered there; {_install('notify')}"
    )


def mcp_missing() -> bool:
    """Tell whether no assistant can be served, for want of the extra `mcp`. It is not imported."""
    return find_spec("mcp") is None


def mcp_hint() -> str:
    """Say what to do where an assistant is to be served and cannot be."""
    return f"The package mcp is not installed; {_install('mcp')}"


def metrics_missing() -> bool:
    """Tell whether there are no figures for Prometheus, for want of the extra `metrics`."""
    return find_spec("prometheus_client") is None


def metrics_hint() -> str:
    """Say what to do where figures are asked for and there are none."""
    return (
        "The package prometheus-client is not installed, so there are no figures; "
        f"{_install('metrics')}"
    )
