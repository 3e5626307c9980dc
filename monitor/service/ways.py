"""What the channels work with, made of one home's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor import __version__
from monitor.deliver.ways import Ways, go_on
from monitor.model.delivery import Step
from monitor.service.posting import poster
from monitor.service.wiring import Services


def ways_of(
    services: Services, environ: Mapping[str, str], step: Callable[[Step], None] = go_on
) -> Ways:
    """Return the ways out of this home; `environ` holds the secrets its settings name."""
    return Ways(
        root=services.home.root,
        mail=services.settings.mail,
        environ=environ,
        post=poster(services.settings.fetch, __version__),
        step=step,
    )
