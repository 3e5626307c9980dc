"""From a watched feed to the request that is made for it, as config says."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from monitor.fetch.addresses import may_share_secrets
from monitor.model.feed import NO_VALIDATORS, AuthScheme, Feed, FeedRecord
from monitor.model.fetch import FetchFailure, FetchRequest
from monitor.settings.values import FetchSettings

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def request_for(
    record: FeedRecord, settings: FetchSettings, environ: Mapping[str, str]
) -> FetchRequest | FetchFailure:
    """Return the conditional GET for a feed, or why it cannot be made.

    The Authorization value comes from the environment variable that `auth_env` names.
    """
    feed = record.feed or Feed(url=record.url)
    headers = list(feed.headers)
    if feed.auth_env:
        try:
            value = authorization(environ.get(feed.auth_env, ""), feed.auth_scheme)
        except ValueError as error:
            return FetchFailure(
                url=record.url,
                kind="blocked",
                message=f"The environment variable {feed.auth_env} (auth_env of this feed) {error}",
            )
        headers.append(("Authorization", value))
    return FetchRequest(
        url=record.url,
        validators=record.validators,
        validators_url=record.validators_url,
        user_agent=feed.user_agent or settings.user_agent,
        user_agent_suffix=feed.user_agent_suffix,
        headers=tuple(headers),
    )


def would_show_secrets(feed: Feed, url: str) -> bool:
    """Tell whether asking `url` as the feed is asked for would show another host what is not for it."""
    return bool(feed.auth_env or feed.headers) and not may_share_secrets(feed.url, url)


def older_page(request: FetchRequest, url: str) -> FetchRequest:
    """Return the GET for an older page of a feed that is asked for with `request`.

    The feed's own headers, which may be secrets, go along only where they would after a redirect.
    """
    headers = request.headers if may_share_secrets(request.url, url) else ()
    return replace(request, url=url, validators=NO_VALIDATORS, validators_url="", headers=headers)


def authorization(secret: str, scheme: AuthScheme) -> str:
    """Return the Authorization value for what an environment variable holds.

    Without a scheme that is the whole value; "bearer" takes a token (RFC 6750 section 2.1), "basic"
    user:password, sent in UTF-8 (RFC 7617). Raises `ValueError` with words that go after the
    variable's name and never show what it holds.
    """
    if not secret:
        raise ValueError("is not set; set it where the monitor is started.")
    if scheme == "bearer":
        if not _TOKEN.fullmatch(secret):
            raise ValueError(
                'holds no bearer token (letters, digits and -._~+/, without "Bearer" before them); '
                "for a whole Authorization value take auth_scheme out."
            )
        return f"Bearer {secret}"
    if scheme == "basic":
        if ":" not in secret or _CONTROL.search(secret):
            raise ValueError(
                'does not hold user:password on one line, as auth_scheme = "basic" needs it.'
            )
        return "Basic " + b64encode(secret.encode("utf-8", "surrogateescape")).decode("ascii")
    return secret
