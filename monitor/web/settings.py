"""The pages Settings: config/monitor.toml by forms.

A form is first shown with what it would change in the file, then saved; both are POSTs of the same fields. Whoever
edits the file meanwhile is not overwritten: the form carries a stamp of what it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import Response

from monitor.errors import (
    ChangedMeanwhileError,
    Fault,
    MonitorError,
    NotFoundError,
    SettingsError,
    UsageError,
)
from monitor.service import editing
from monitor.service.access import Keys, sessions_of
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
    settings_table,
    table_named,
)
from monitor.web.asked import see
from monitor.web.config_edits import undo_of
from monitor.web.forms import sent
from monitor.web.presenting import page
from monitor.web.problems import status_of

_SEE_BELOW = "Some values cannot stand so; see below."
_FILE = "config/monitor.toml"
_LISTS = "config/lists/"
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
    router = APIRouter(include_in_schema=False)

    @router.get("/settings")
    def overview(edit: str = "") -> Response:
        services, now = home.services(), clock()
        access, files = Keys(services.home).access(), editable_files(services.home)
        return page(
            "settings.html",
            services,
            now,
            here="settings",
            headings=_HEADINGS,
            digests=services.settings.digests,
            alerts=services.settings.alerts,
            files=[each for each in files if not each.startswith(_LISTS)],
            lists=[each for each in files if each.startswith(_LISTS)],
            password=bool(access.password),
            tokens=len([each for each in access.tokens if each.is_good(now.date())]),
            sessions=sessions_of(services, access, now),
            undo=undo_of(services, edit),
        )

    @router.get("/settings/{table}")
    def one_table(table: str) -> Response:
        services = home.services()
        # First the stamp: an edit between the two makes this an old form.
        made_from = editing.stamp(services.home, _FILE)
        row = settings_table(services.home, table_named(table))
        return _form_page(services, clock(), table, "", row, made_from)

    @router.get("/settings/{group}/new")
    def new(group: str) -> Response:
        _group(group)
        services = home.services()
        made_from = editing.stamp(services.home, _FILE)
        return _form_page(services, clock(), group, "", {}, made_from, new=True)

    @router.get("/settings/{group}/{name}")
    def one_of(group: str, name: str) -> Response:
        services = home.services()
        made_from = editing.stamp(services.home, _FILE)
        row = named_tables.table_named(services.home, _group(group), name)
        return _form_page(services, clock(), group, name, row, made_from)

    @router.post("/settings/{table}")
    def write_table(table: str, form: Annotated[FormData, Depends(sent)]) -> Response:
        return _saved(home.services(), clock(), table_named(table), "", form)

    @router.post("/settings/{group}/new")
    def write_new(group: str, form: Annotated[FormData, Depends(sent)]) -> Response:
        _group(group)
        return _saved(home.services(), clock(), group, "", form, new=True)

    @router.post("/settings/{group}/{name}")
    def write_one(group: str, name: str, form: Annotated[FormData, Depends(sent)]) -> Response:
        _group(group)
        return _saved(home.services(), clock(), group, name, form)

    return router


def _saved(
    services: Services, now: datetime, table: str, name: str, form: FormData, *, new: bool = False
) -> Response:
    """Show what a form would change, change it, or say what is wrong with it."""
    fields_sent = {key: value for key, value in form.items() if isinstance(value, str)}
    name = name or fields_sent.get("name", "").strip()
    called = f"{table}.{name}" if table in _GROUPS else table
    seen = fields_sent.get("seen", "") or editing.no_stamp(_FILE)
    values, slips = changes(table, fields_sent)
    try:
        change = _change(table, name, values, new)
        what = f"{'Added' if new else 'Changed'} [{called}]"
        if typed(form, "step") in ("remove", "removed"):
            change, what = _removal(table, name), f"Removed [{called}]"
        elif slips:
            raise SettingsError(_slips(services, called, change, slips))
        done = done_or_shown(services, form, what, change, now)
    except MonitorError as error:
        faults = error.faults if isinstance(error, SettingsError) else ()
        said = _SEE_BELOW if _all_shown(faults, called) else said_of(error)
        return _form_page(
            services,
            now,
            table,
            name,
            {},
            seen,
            fields_sent,
            faults,
            said,
            new=new,
            status=status_of(error),
        )
    if done.made:
        return answer_of(done)
    diffs = done.edited.diffs
    return _form_page(services, now, table, name, {}, seen, fields_sent, new=new, diffs=diffs)


@dataclass(frozen=True, slots=True)
class Done:
    """A change as it was `made`, or as it would be."""

    edited: editing.Edited[Any]
    made: bool


def done_or_shown(
    services: Services, form: FormData, what: str, change: Change[Any], now: datetime
) -> Done:
    """Make a change where the form's step says so; else find out what it would do."""
    if typed(form, "step") not in ("save", "removed"):
        return Done(editing.preview(services, change), made=False)
    return Done(editing.edit(services, what, change, now, seen=typed(form, "seen")), made=True)


def answer_of(done: Done) -> Response:
    """Go back to the settings, which say what was done and offer to undo it."""
    if done.edited.id is None:
        return see("/settings", "Nothing was changed: the file says so already.")
    return see(f"/settings?edit={done.edited.id}")  # which says what was done, and undoes it


def _slips(
    services: Services, called: str, change: Change[Any], slips: Mapping[str, str]
) -> tuple[Fault, ...]:
    """Return what is wrong with fields that can be no value at all, and with the others besides."""
    faults = [Fault(_FILE, 0, f"{called}.{key}", message) for key, message in slips.items()]
    try:
        editing.preview(services, change)
    except SettingsError as error:
        faults += [each for each in error.faults if each.key.startswith(f"{called}.")]
    except UsageError as error:  # a name that is none, or taken
        faults.append(Fault(_FILE, 0, called, str(error)))
    return tuple(faults)


def _change(table: str, name: str, values: Mapping[str, Any], new: bool) -> Change[Any]:
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
    seen: str,
    sent: Mapping[str, str] | None = None,
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
        heading=_HEADINGS.get(table) or _heading(_GROUPS[table].noun, name, new=new),
        removable=table in _GROUPS and not new,
        removing=(sent or {}).get("step") == "remove" and diffs is not None,
        fields=fields(table, row, sent, faults, path),
        seen=seen,
        said=said,
        diffs=diffs,
    )


def _heading(noun: str, name: str, *, new: bool) -> str:
    return f"New {noun}" if new else f"{noun.capitalize()} {name}"


def said_of(error: MonitorError) -> str:
    """Return what is wrong, and that nothing typed is lost."""
    if isinstance(error, ChangedMeanwhileError):
        return f"{error} What you typed is kept below; open the page anew to see the file as it is."
    return str(error)


def _all_shown(faults: tuple[Fault, ...], path: str) -> bool:
    """Whether each fault stands with a field of the form, so that it need not be told above as well."""
    return bool(faults) and all(each.key.startswith(f"{path}.") for each in faults)


def _group(name: str) -> named_tables.Group:
    if name not in _GROUPS:
        raise NotFoundError(f"There are no settings {name}; see /settings.")
    return _GROUPS[name]


def typed(form: FormData, key: str) -> str:
    """Return a field's text as it was sent, "" where there is none."""
    value = form.get(key, "")
    return value if isinstance(value, str) else ""
