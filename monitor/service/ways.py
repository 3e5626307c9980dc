"""What the channels work with, made of one home's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from monitor.deliver.ways import Post, Ways, go_on
from monitor.model.delivery import Step
from monitor.model.fetch import FetchFailure, Posted
from monitor.service.wiring import Services


def ways_of(
    services: Services, environ: Mapping[str, str], step: Callable[[Step], None] = go_on
) -> Ways:
    """Return the ways out of this home; `environ` holds the secrets its settings name."""
    return Ways(
        root=services.home.root,
        mail=services.settings.mail,
        environ=environ,
        post=_post(services),
        step=step,
    )


def _post(services: Services) -> Post:
    """Return the guarded way to post; what it needs is loaded when something is posted."""

    def post(url: str, body: bytes, headers: Sequence[tuple[str, str]]) -> Posted | FetchFailure:
        from monitor import __version__
        from monitor.service.posting import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
            poster,
        )

        sending: Post = poster(services.settings.fetch, __version__)
        return sending(url, body, headers)

    return post
