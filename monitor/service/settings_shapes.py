"""The JSON of what config/monitor.toml says, without anything secret (docs/json.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any

from pydantic import BaseModel

from monitor.digests.windows import next_due
from monitor.errors import UsageError
from monitor.model.digest import Digest, Mail, Summaries
from monitor.service.masking import MASK, is_secret_name, masked
from monitor.service.masks import shown_to
from monitor.service.shapes import Shape, instant
from monitor.settings.quantities import format_duration
from monitor.settings.values import Settings

_SECRET = ("password", "secret", "token", "key")


def digest_shape(digest: Digest, now: datetime) -> Shape:
    """Shape of a digest as config asks for it, with its next moment."""
    return {
        "name": digest.name,
        "title": digest.title,
        "times": [each.isoformat("minutes") for each in digest.times],
        "timezone": digest.timezone,
        "days": list(digest.days),
        "topics": list(digest.topics),
        "sections": [{"title": each.title, "query": each.query} for each in digest.sections],
        "to": [
            {"channel": each.channel, "to": shown_to(each.channel, each.to)} for each in digest.to
        ],
        "when_empty": digest.when_empty,
        "next_at": instant(next_due(digest, now)),
    }


def table_shape(table: str, name: str, row: Mapping[str, Any]) -> Shape:
    """Shape of a table as the file has it, likely secrets masked; `name` is "" but for digests and alerts."""
    values = {key: _as_in_file(key, value) for key, value in row.items()}
    return {"table": table, "name": name, "values": values}


def _as_in_file(key: str, value: Any) -> Any:
    """Return what stands under a key, also where it should not: config/ may be at fault as it is."""
    if isinstance(value, list):
        return [_as_in_file(key, each) for each in value]
    if isinstance(value, dict):
        return {name: _as_in_file(name, each) for name, each in value.items()}
    if isinstance(value, str):
        if key == "webhook" or key.endswith("_env"):
            return shown_to(key, value)
        return MASK if is_secret_name(key) else masked(value)
    return value if isinstance(value, bool | int | float) else str(value)


def with_addresses(values: Mapping[str, Any], row: Mapping[str, Any]) -> Shape:
    """Return new values for a table with the webhooks' addresses that `row` has, as the file has it.

    Who was shown the host alone and sends it back means the address that is there. Raises `UsageError`
    where that is none of the table's, or may be several.
    """
    return {key: _whole(value, row.get(key)) for key, value in values.items()}


def _whole(value: Any, old: Any) -> Any:
    if isinstance(value, list):
        return [_whole(each, old) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _address(each, old)
        if key == "webhook" and isinstance(each, str) and _is_host_alone(each)
        else each
        for key, each in value.items()
    }


def _is_host_alone(webhook: str) -> bool:
    return webhook.endswith("/…") and "://" not in webhook


def _address(shown: str, old: Any) -> str:
    rows = [each for each in old if isinstance(each, dict)] if isinstance(old, list) else []
    there = {str(each["webhook"]) for each in rows if "webhook" in each}
    found = [each for each in there if shown_to("webhook", each) == shown]
    if len(found) == 1:
        return found[0]
    which = "several webhooks here" if found else "no webhook that is here"
    raise UsageError(
        f"{shown} stands for {which}; send its whole address, or leave out to, which keeps all as they are."
    )


def settings_shape(settings: Settings, faults: str, now: datetime) -> Shape:
    """Shape of all settings; `faults` says why the last edit of config/ cannot be read, "" when it can.

    Names of environment variables are shown, what they hold is not known here.
    """
    return {
        "fetch": _table(settings.fetch),
        "keep": _table(settings.keep),
        "web": _table(settings.web),
        "mail": _values(settings.mail),
        "summaries": _values(settings.summaries),
        "digests": [digest_shape(each, now) for each in settings.digests],
        "alerts": [
            {
                "name": each.name,
                "title": each.title,
                "query": each.query,
                "to": [
                    {"channel": to.channel, "to": shown_to(to.channel, to.to)} for to in each.to
                ],
            }
            for each in settings.alerts
        ],
        "warnings": list(settings.warnings),
        "faults": faults,
    }


def _table(table: BaseModel) -> Shape:
    return {name: _written(name, getattr(table, name)) for name in type(table).model_fields}


def _values(table: Mail | Summaries) -> Shape:
    return {field.name: _written(field.name, getattr(table, field.name)) for field in fields(table)}


def _written(name: str, value: Any) -> Any:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, tuple | list | frozenset | set):
        return [_written(name, each) for each in value]
    if value and not name.endswith("_env") and any(name.endswith(each) for each in _SECRET):
        return "…"
    if isinstance(value, str):
        return masked(value)
    return value if isinstance(value, bool | int | float) or value is None else str(value)
