"""The pages Settings: config/monitor.toml by forms, and every file of config/ as text.

A form is first shown with what it would change in the file, then saved; both are POSTs of the same fields. Whoever
edits the file meanwhile is not overwritten: the form carries a stamp of what it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from monitor.errors import ChangedMeanwhileError, Fault, NotFoundError, SettingsError, UsageError
from monitor.service import editing
from monitor.service.editing import Change
from monitor.service.opened import OpenHome
from monitor.service.settings_form import changes, fields
from monitor.service.wiring import Services
from monitor.settings import named_tables
from monitor.settings.edit_monitor import (
    ALERTS,
    DIGESTS,
    change_settings,
    editable_files,
    file_text,
    replace_text,
    settings_table,
    table_named,
)
from monitor.web.asked import see
from monitor.web.presenting import page

_FILE = "config/monitor.toml"
_GROUPS = {"digests": DIGESTS, "alerts": ALERTS}
_HEADINGS = {
    "fetch": "Fetching",
    "keep": "How long things are kept",
    "web": "This page",
    "mail": "Mail server",
    "summaries": "Summaries by a model",
}


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter()

    @router.get("/settings")
    def overview() -> Response:
        services = home.services()
        return page(
            "settings.html",
            services,
            clock(),
            here="settings",
            headings=_HEADINGS,
            digests=services.settings.digests,
            alerts=services.settings.alerts,
            files=editable_files(services.home),
        )

    @router.get("/settings/files/{name:path}")
    def file(name: str) -> Response:
        services = home.services()
        text = file_text(services.home, name)
        return _file_page(services, clock(), name, text, editing.stamp(services.home, name))

    @router.post("/settings/files/{name:path}")
    async def write_file(name: str, request: Request) -> Response:
        form = await request.form()
        return await _aside(lambda: save_file(name, form))

    def save_file(name: str, form: FormData) -> Response:
        services, text, seen = home.services(), _typed(form, "text"), _typed(form, "seen")
        try:
            done = _done(
                services, form, f"Edited {name}", lambda at: replace_text(at, name, text), clock()
            )
        except UsageError as error:
            said = _said(error)
            return _file_page(services, clock(), name, text, seen, said, status=_status(error))
        if isinstance(done, Response):
            return done
        return _file_page(services, clock(), name, text, seen, diffs=done)

    @router.get("/settings/{table}")
    def one_table(table: str) -> Response:
        services = home.services()
        row = settings_table(services.home, table_named(table))
        return _form_page(services, clock(), table, "", row)

    @router.get("/settings/{group}/new")
    def new(group: str) -> Response:
        _group(group)
        return _form_page(home.services(), clock(), group, "", {}, new=True)

    @router.get("/settings/{group}/{name}")
    def one_of(group: str, name: str) -> Response:
        services = home.services()
        row = named_tables.table_named(services.home, _group(group), name)
        return _form_page(services, clock(), group, name, row)

    @router.post("/settings/{table}")
    async def write_table(table: str, request: Request) -> Response:
        form = await request.form()
        return await _aside(lambda: save(table_named(table), "", form))

    @router.post("/settings/{group}/new")
    async def write_new(group: str, request: Request) -> Response:
        form = await request.form()
        _group(group)
        return await _aside(lambda: save(group, "", form, new=True))

    @router.post("/settings/{group}/{name}")
    async def write_one(group: str, name: str, request: Request) -> Response:
        form = await request.form()
        _group(group)
        return await _aside(lambda: save(group, name, form))

    def save(table: str, name: str, form: FormData, *, new: bool = False) -> Response:
        services, now = home.services(), clock()
        typed = {key: value for key, value in form.items() if isinstance(value, str)}
        name = name or typed.get("name", "").strip()
        called = f"{table}.{name}" if table in _GROUPS else table
        try:
            change = _change(table, name, typed, new)
            what = f"{'Added' if new else 'Changed'} [{called}]"
            if _typed(form, "step") in ("remove", "removed"):
                change, what = _removal(table, name), f"Removed [{called}]"
            done = _done(services, form, what, change, now)
        except UsageError as error:
            faults = error.faults if isinstance(error, SettingsError) else ()
            said = (
                _said(error)
                if not _all_shown(faults, called)
                else "Some values cannot stand so; see below."
            )
            return _form_page(
                services, now, table, name, {}, typed, faults, said, new=new, status=_status(error)
            )
        if isinstance(done, Response):
            return done
        return _form_page(services, now, table, name, {}, typed, new=new, diffs=done)

    return router


async def _aside(work: Callable[[], Response]) -> Response:
    """Do what reads and writes files in a thread."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work)


def _done(
    services: Services, form: FormData, what: str, change: Change[Any], now: datetime
) -> Response | tuple[editing.FileDiff, ...]:
    """Show what a change would do (its diffs), or make it and go back to the settings."""
    if _typed(form, "step") not in ("save", "removed"):
        return editing.preview(services, change).diffs
    done = editing.edit(services, what, change, now, seen=_typed(form, "seen"))
    if done.id is None:
        return see("/settings", "Nothing was changed: the file says so already.")
    return see("/settings", f"{what}. It can be taken back under Edits.")


def _change(table: str, name: str, typed: Mapping[str, str], new: bool) -> Change[Any]:
    values = changes(table, typed)
    if table not in _GROUPS:
        return lambda at: change_settings(at, table, values)
    group = _group(table)
    if new:
        row = {key: value for key, value in values.items() if value is not None}
        return lambda at: named_tables.add_table(at, group, name, row)
    return lambda at: named_tables.change_table(at, group, name, values)


def _removal(table: str, name: str) -> Change[Any]:
    group = _group(table)
    return lambda at: named_tables.remove_table(at, group, name)


def _form_page(
    services: Services,
    now: datetime,
    table: str,
    name: str,
    row: Mapping[str, Any],
    typed: Mapping[str, str] | None = None,
    faults: tuple[Fault, ...] = (),
    said: str = "",
    *,
    new: bool = False,
    diffs: tuple[editing.FileDiff, ...] | None = None,
    status: int = 200,
) -> Response:
    path = f"{table}.{name}" if table in _GROUPS else table
    return page(
        "settings_form.html",
        services,
        now,
        status=status,
        here="settings",
        table=table,
        name=name,
        new=new,
        heading=_HEADINGS.get(table)
        or f"{'New ' if new else ''}{_GROUPS[table].noun} {name}".strip(),
        removable=table in _GROUPS and not new,
        removing=(typed or {}).get("step") == "remove" and diffs is not None,
        fields=fields(table, row, typed, faults, path),
        seen=(typed or {}).get("seen") or editing.stamp(services.home, _FILE),
        said=said,
        diffs=diffs,
    )


def _file_page(
    services: Services,
    now: datetime,
    name: str,
    text: str,
    seen: str,
    said: str = "",
    *,
    diffs: tuple[editing.FileDiff, ...] | None = None,
    status: int = 200,
) -> Response:
    return page(
        "settings_file.html",
        services,
        now,
        status=status,
        here="settings",
        name=name,
        text=text,
        seen=seen,
        said=said,
        diffs=diffs,
    )


def _said(error: UsageError) -> str:
    if isinstance(error, ChangedMeanwhileError):
        return f"{error} What you typed is kept below; open the page anew to see the file as it is."
    return str(error)


def _status(error: UsageError) -> int:
    return 409 if isinstance(error, ChangedMeanwhileError) else 400


def _all_shown(faults: tuple[Fault, ...], path: str) -> bool:
    """Whether each fault stands with a field of the form, so that it need not be told above as well."""
    return bool(faults) and all(each.key.startswith(f"{path}.") for each in faults)


def _group(name: str) -> named_tables.Group:
    if name not in _GROUPS:
        raise NotFoundError(f"There are no settings {name}; see /settings.")
    return _GROUPS[name]


def _typed(form: FormData, key: str) -> str:
    value = form.get(key, "")
    return value if isinstance(value, str) else ""
