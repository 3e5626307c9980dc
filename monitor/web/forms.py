"""Reading the forms of our own pages."""

from __future__ import annotations

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from monitor.errors import UsageError

MOST_BYTES = 25_000_000
"""A form is no larger: the largest list of feeds is 20 MB."""
_MOST_FIELDS = 20_000
_SPARE = 100_000


async def form_of(request: Request, most: int = 1_000_000) -> FormData:
    """Return what a form brought, of up to so many bytes a field; files come beside that.

    Raises `UsageError` for what is larger, `HTTPException` for what does not say how large it is.
    """
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise HTTPException(411)
    if int(length[:18]) > MOST_BYTES:
        raise UsageError(
            "That is more than the page takes. A list of feeds may have up to 20 MB; split it, and take it "
            "over in parts."
        )
    return await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=most)


async def sent(request: Request) -> FormData:
    """Return what a form brought: for handlers that run in a thread and depend on it."""
    return await form_of(request)


def text_in(form: FormData, name: str) -> str:
    """Return a field's text on its own, "" where there is none; lines end as on Unix."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def texts_in(form: FormData, name: str) -> list[str]:
    """Return all texts of a field that may come several times."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def fields_of(form: FormData) -> list[tuple[str, str]]:
    """Return names and texts of all fields, to be asked for once more."""
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


async def upload_in(form: FormData, name: str, most: int) -> tuple[str, bytes]:
    """Return name and content of a file, of `most` bytes and one more at most; "" and b"" without one."""
    value = form.get(name)
    if not isinstance(value, UploadFile) or not value.filename:
        return "", b""
    return value.filename, await value.read(most + 1)
