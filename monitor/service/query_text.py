"""What a person typed to search for, as a query: read as one, or where it is none taken word for word."""

from __future__ import annotations

from monitor.errors import QueryError
from monitor.query import Query, literal, parse
from monitor.service.wiring import Services


def query_of(
    services: Services, text: str, *, or_literally: bool = True
) -> tuple[Query, QueryError | None]:
    """Return the query, and why the text is none where its words are looked for as they stand.

    Raises `QueryError` for such a text unless `or_literally`.
    """
    try:
        return parse(text, services.settings.lists), None
    except QueryError as error:
        if not or_literally:
            raise
        return literal(text), error
