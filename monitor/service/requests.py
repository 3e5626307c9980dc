"""How a watched feed is asked for: its validators, headers and secret, as config says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.fetch.addresses import may_share_secrets
from monitor.model.feed import NO_VALIDATORS, FeedRecord
from monitor.model.fetch import FetchFailure, FetchRequest
from monitor.settings.values import FetchSettings


def request_for(
    record: FeedRecord, settings: FetchSettings, environ: Mapping[str, str]
) -> FetchRequest | FetchFailure:
    """Return the conditional GET for a feed, or why it cannot be made.

    The Authorization value comes from the environment variable that `auth_env` names.
    """
    feed = record.feed
    headers = list(feed.headers) if feed else []
    if feed and feed.auth_env:
        secret = environ.get(feed.auth_env, "")
        if not secret:
            return FetchFailure(
                url=record.url,
                kind="blocked",
                message=f"The environment variable {feed.auth_env} (auth_env of this feed) is not "
                "set; set it where the monitor is started.",
            )
        headers.append(("Authorization", secret))
    return FetchRequest(
        url=record.url,
        validators=record.validators,
        validators_url=record.validators_url,
        user_agent=(feed.user_agent if feed else "") or settings.user_agent,
        user_agent_suffix=feed.user_agent_suffix if feed else "",
        headers=tuple(headers),
    )


def older_page(request: FetchRequest, url: str) -> FetchRequest:
    """Return the GET for an older page of a feed that is asked for with `request`.

    The feed's own headers, which may be secrets, go along only where they would after a redirect.
    """
    headers = request.headers if may_share_secrets(request.url, url) else ()
    return replace(request, url=url, validators=NO_VALIDATORS, validators_url="", headers=headers)
