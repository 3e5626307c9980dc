"""The way to the network: names are resolved once, the guard decides, the socket obeys.

`GuardedBackend` stands under the HTTP library's connection pool, below redirects, TLS and
everything else that could be talked into going elsewhere: it is asked to connect to a host,
resolves it itself, and connects to the very address it has checked. Certificates are still
checked against the host's name.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Iterable

import httpcore

from monitor.fetch.failures import Stop
from monitor.fetch.guard import Allowed, refusal
from monitor.fetch.resolving import Resolve, resolve

_MAX_ADDRESSES = 4
_OLD_TLS = "it speaks only versions of TLS that are not safe any more"
NO_TLS = "what answers there does not speak TLS"
"""What is said of a server that answers in something else, most likely plain HTTP."""

_TLS_WORDS = {
    "UNEXPECTED_EOF_WHILE_READING": "it broke off during the TLS handshake",
    "WRONG_VERSION_NUMBER": NO_TLS,
    "HTTP_REQUEST": NO_TLS,
    "UNSUPPORTED_PROTOCOL": _OLD_TLS,
    "TLSV1_ALERT_PROTOCOL_VERSION": _OLD_TLS,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "it accepts none of our ways to encrypt",
}
"""What the TLS library calls the commonest failures, in words."""


class GuardedStream(httpcore.AsyncNetworkStream):
    """A connection that counts what it reads and gives up on headers that do not end.

    `received` counts bytes of the answer, headers included. Until `body_begins` is called,
    no more is read once `header_cap` is exceeded, interim (1xx) answers included.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream, header_cap: int) -> None:
        self._stream = stream
        self._header_cap = header_cap
        self._wire_cap: int | None = None
        self.received = 0

    def body_begins(self, wire_cap: int) -> None:
        """Let a body of so many bytes, framing included, follow the headers."""
        self._wire_cap = self._header_cap + wire_cap

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Read on, unless a cap has been passed."""
        if self._wire_cap is None and self.received > self._header_cap:
            raise Stop("protocol", f"The headers are longer than {self._header_cap} bytes.")
        if self._wire_cap is not None and self.received > self._wire_cap + max_bytes:
            raise Stop("too-large", "The answer takes more bytes than [fetch] max_size allows.")
        data = await self._stream.read(max_bytes, timeout)
        self.received += len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Pass the request on."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Begin TLS; whatever fails in the handshake is a "certificate" failure with its reason."""
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except (httpcore.ConnectError, OSError) as error:
            raise Stop("certificate", _tls_reason(server_hostname or "", error)) from error
        except BaseException:
            # The deadline may fall into the handshake, and then nobody else closes the socket.
            await self._stream.aclose()
            raise
        return GuardedStream(stream, self._header_cap)

    def get_extra_info(self, info: str) -> object:
        """Pass the question on."""
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to what the guard lets through, and to the configured proxy (`trusted`)."""

    def __init__(
        self,
        allowed: Allowed,
        header_cap: int,
        resolve: Resolve = resolve,
        trusted: tuple[str, int] | None = None,
    ) -> None:
        self._allowed = allowed
        self._header_cap = header_cap
        self._resolve = resolve
        self._trusted = trusted
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, check every address, connect to the first that answers."""
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise Stop(
                "dns", f"The name {host} has no address: {error.strerror or error}."
            ) from error
        addresses = list(dict.fromkeys(found))
        if not addresses:
            raise Stop("dns", f"The name {host} has no address.")
        if (host, port) != self._trusted:
            reason = refusal(host, port, addresses, self._allowed)
            if reason:
                raise Stop("refused", reason)
        tried = addresses[:_MAX_ADDRESSES]
        # Share the time out, so that one dead address does not use up what the next one needs.
        share = timeout / len(tried) if timeout is not None else None
        failure: Exception | None = None
        for address in tried:
            try:
                stream = await self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return GuardedStream(stream, self._header_cap)
        if isinstance(failure, httpcore.ConnectTimeout):
            raise Stop("timeout", f"{host} did not answer on port {port} in time.") from failure
        raise Stop(
            "connect", f"No connection to {host}, port {port}: {_socket_reason(failure)}."
        ) from failure

    async def sleep(self, seconds: float) -> None:
        """Wait; the pool asks for it between retries, of which there are none."""
        await asyncio.sleep(seconds)


def _tls_reason(host: str, error: Exception) -> str:
    """Say why no secure connection came about, in the TLS library's own words."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not accepted: {cause.verify_message}."
    if isinstance(cause, ssl.SSLError):
        reason = cause.reason or str(cause)
        return f"No secure connection to {host}: {_TLS_WORDS.get(reason, reason)}."
    return f"No secure connection to {host}: it broke off during the TLS handshake."


def _socket_reason(error: BaseException | None) -> str:
    """Return the system's words for why a connection failed, as far down as they are found."""
    words = "nobody answers"
    while error is not None:
        if isinstance(error, OSError) and error.errno:
            words = os.strerror(error.errno)
        error = error.__cause__ or error.__context__
    return words
