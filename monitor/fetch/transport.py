"""The connection pool under the HTTP client: ours, so that the guard is below everything else.

Through a proxy the monitor does not open the connection to the publisher, so the address cannot be
checked at that point: literal addresses in every spelling, ports, and names that mean this
machine or its own network are refused before the request is sent (`refusal_by_name`), but a
public name that resolves to a private address is for the proxy to refuse.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar

import httpcore
import httpx

from monitor.errors import UsageError
from monitor.fetch.guard import Allowed
from monitor.fetch.limits import FetchLimits
from monitor.fetch.network import GuardedBackend
from monitor.fetch.resolving import Resolve


class PoolTransport(httpx.AsyncBaseTransport):
    """Carries requests of an httpx client over our own pool; its exceptions pass unchanged."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body of the answer is read by whoever asked."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return _Answer(
            status_code=answer.status,
            headers=answer.headers,
            stream=_AnswerStream(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Answer(httpx.Response):
    @property
    def has_redirect_location(self) -> bool:
        """Say no: the client would build the next request, and raise for a Location it dislikes."""
        return False


class _AnswerStream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


class SentBody(httpx.AsyncByteStream):
    """The body of a request. `begun` says that sending it was begun: the other side may have it.

    That is never taken back, as nobody can tell what of it the system has passed on.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.begun = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.begun = True
        yield self._body


def open_transport(
    limits: FetchLimits, allowed: Allowed, resolve: Resolve, tls: ssl.SSLContext | None
) -> PoolTransport:
    """Build the pool with the guard under it. Raises `UsageError` for a proxy that is none."""
    proxy = _read_proxy(limits.proxy)
    trusted = None
    if proxy is not None:
        port = proxy.url.port or {b"http": 80, b"https": 443}[proxy.url.scheme]
        trusted = (proxy.url.host.decode("ascii"), port)
    return PoolTransport(
        httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            proxy=proxy,
            # More than we ever have open at once: a full pool searches its queue over and over.
            max_connections=limits.concurrency + 8,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(allowed, limits.max_header_bytes, resolve, trusted),
        )
    )


def _read_proxy(text: str) -> httpcore.Proxy | None:
    if not text:
        return None
    # The address may hold a password, so the message does not repeat it.
    wrong = UsageError(
        "[fetch] proxy is not the address of an HTTP proxy; "
        'write for example "http://proxy.internal:3128".'
    )
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise wrong from error
    if url.scheme not in ("http", "https") or not url.host:
        raise wrong
    auth = (url.username, url.password) if url.userinfo else None
    return httpcore.Proxy(
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
        auth=auth,
    )


class NoCookies(CookieJar):
    """A jar that takes no cookie and gives none, without even reading the fields."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Leave the answer's cookies where they are."""

    def add_cookie_header(self, request: object) -> None:
        """Send none."""
