"""Changing config/monitor.toml: its tables, digests and alerts, as the file has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from starlette.responses import Response

from monitor.service.edit_shapes import edited_shape
from monitor.service.editing import Change, edit, stamp
from monitor.service.opened import OpenHome
from monitor.service.settings_form import check_values
from monitor.service.settings_shapes import table_shape, with_addresses
from monitor.service.shapes import Shape
from monitor.service.wiring import Services
from monitor.settings import named_tables
from monitor.settings.edit_monitor import (
    ALERTS,
    DIGESTS,
    TableName,
    change_settings,
    settings_table,
)
from monitor.web.api.answering import answer, check_match, tag_of
from monitor.web.api.asking import gives
from monitor.web.api.bodies import Body, body_of, takes
from monitor.web.api.documents.changes import Edited
from monitor.web.api.documents.settings import OneTable, TableEdited

FILE = "config/monitor.toml"
Group = Literal["digests", "alerts"]
_GROUPS = {"digests": DIGESTS, "alerts": ALERTS}
Table = Annotated[TableName, Path(description="A table of config/monitor.toml")]
GroupName = Annotated[Group, Path(description="What there may be several of")]
Name = Annotated[str, Path(max_length=200, description="The digest's or alert's name")]


class ChangeTable(Body):
    """New values for keys of a table, written as TOML has them (docs/configuration.md); null takes a key out."""

    values: dict[str, Any] = Field(max_length=100, examples=[{"interval": "2h"}])


class AddTable(ChangeTable):
    """A new digest or alert, and what config/monitor.toml is to say of it."""

    name: str = Field(min_length=1, max_length=64, examples=["weekly"])


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(tags=["settings"])
    _tables(router, home, clock)
    _groups(router, home, clock)
    return router


def _tables(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.get(
        "/api/settings/{table}",
        summary="What config/monitor.toml says in a table, as the file has it",
        description="/api/settings tells what counts, defaults among it.",
        **gives(OneTable, "Its ETag is what a change names in If-Match"),
    )
    def table(request: Request, table: Table) -> Response:
        return answer(request, _table(home.services(), table))

    @router.patch(
        "/api/settings/{table}",
        summary="Change a table of config/monitor.toml",
        openapi_extra=takes(ChangeTable),
        **gives(TableEdited, "The table as the file has it now, and what changed"),
    )
    def change(
        request: Request, table: Table, body: Annotated[ChangeTable, Depends(body_of(ChangeTable))]
    ) -> Response:
        check_values(table, body.values)

        def write(at: Any) -> None:
            change_settings(at, table, body.values)

        services = home.services()
        seen = _seen(request, services, table)
        return _done(request, home, clock(), f"Changed [{table}]", write, seen, table)


def _groups(router: APIRouter, home: OpenHome, clock: Callable[[], datetime]) -> None:
    @router.post(
        "/api/settings/{table}",
        summary="Add a digest or an alert",
        openapi_extra=takes(AddTable),
        **gives(TableEdited, "What the file says of it now, and what changed", 201),
    )
    def add(
        request: Request, table: GroupName, body: Annotated[AddTable, Depends(body_of(AddTable))]
    ) -> Response:
        check_values(table, body.values)
        given = with_addresses(body.values, {})
        row = {key: value for key, value in given.items() if value is not None}

        def write(at: Any) -> None:
            named_tables.add_table(at, _GROUPS[table], body.name, row)

        what = f"Added [{table}.{body.name}]"
        return _done(request, home, clock(), what, write, "", table, body.name, status=201)

    @router.get(
        "/api/settings/{table}/{name}",
        summary="What config/monitor.toml says of a digest or an alert",
        **gives(OneTable, "Its ETag is what a change names in If-Match"),
    )
    def one(request: Request, table: GroupName, name: Name) -> Response:
        return answer(request, _table(home.services(), table, name))

    @router.patch(
        "/api/settings/{table}/{name}",
        summary="Change a digest or an alert",
        openapi_extra=takes(ChangeTable),
        **gives(TableEdited, "What the file says of it now, and what changed"),
    )
    def change(
        request: Request,
        table: GroupName,
        name: Name,
        body: Annotated[ChangeTable, Depends(body_of(ChangeTable))],
    ) -> Response:
        check_values(table, body.values)

        def write(at: Any) -> None:
            there = named_tables.table_named(at, _GROUPS[table], name)
            values = with_addresses(body.values, there)
            named_tables.change_table(at, _GROUPS[table], name, values)

        seen = _seen(request, home.services(), table, name)
        what = f"Changed [{table}.{name}]"
        return _done(request, home, clock(), what, write, seen, table, name)

    @router.delete(
        "/api/settings/{table}/{name}",
        summary="Remove a digest or an alert; what it sent stays",
        **gives(Edited, "What changed in config/"),
    )
    def remove(request: Request, table: GroupName, name: Name) -> Response:
        services = home.services()
        seen = _seen(request, services, table, name)
        done = edit(
            services,
            f"Removed [{table}.{name}]",
            lambda at: named_tables.remove_table(at, _GROUPS[table], name),
            clock(),
            seen=seen,
        )
        return answer(request, edited_shape(done))


def _done(
    request: Request,
    home: OpenHome,
    now: datetime,
    what: str,
    write: Change[None],
    seen: str,
    table: str,
    name: str = "",
    *,
    status: int = 200,
) -> Response:
    done = edit(home.services(), what, write, now, seen=seen)
    shape = _table(home.services(), table, name)
    return answer(request, {"table": shape} | edited_shape(done), status=status)


def _table(services: Services, table: str, name: str = "") -> Shape:
    """Return a table as the file has it, without likely secrets; raises `NotFoundError`."""
    row: Mapping[str, Any]
    if table in _GROUPS:
        row = named_tables.table_named(services.home, _GROUPS[table], name)
    else:
        row = settings_table(services.home, table)
    return table_shape(table, name, row)


def _seen(request: Request, services: Services, table: str, name: str = "") -> str:
    """Return the stamp to hold a change against, "" where the request names no version."""
    now = stamp(services.home, FILE)
    found = _table(services, table, name)
    return now if check_match(request, lambda: tag_of(found)) else ""
