"""What a value in config/ may look like: pydantic types with a check, a name in words, a schema.

The checks raise `ValueError` with a message that goes after "KEY: "; values that may be secret are
never shown in one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.settings import quantities
from monitor.settings.addresses import MAX_LENGTH, check_url
from monitor.settings.quantities import quoted

Value = TypeVar("Value")

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""Names of topics and digests: they stand in addresses, file names and queries."""

LIST_NAME = re.compile(r"\w[\w-]{0,63}")
"""Names of lists, as a query writes them after `@`."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110 section 5.6.2
_PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_PROXY = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?")
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+)(?::([0-9]{1,5}))?")
_MAIL_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x20\x7f]+")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_HOST = re.compile(r"\[?[0-9A-Fa-f:.]+\]?|\w(?:[\w.-]*\w)?\.?")
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
_OWN_HEADERS = re.compile(
    r"accept-encoding|connection|content-length|expect|host|if-\S+|keep-alive|range|te|trailer"
    r"|transfer-encoding|upgrade"
)


@dataclass(frozen=True, slots=True)
class Words:
    """How the docs call a type, and how its bounds are written."""

    name: str
    written: Callable[[Any], str] = str


def as_typed(text: str) -> Any:
    """Let a default stand as a person would write it; it is read like any value."""
    return text


def _read(kind: type[Value], reader: Callable[[str], Value]) -> Callable[[object], Value]:
    """Let a value of the kind pass, read one from text, and refuse anything else alike."""

    def read(value: object) -> Value:
        if isinstance(value, kind) and not isinstance(value, str | bool):
            return value
        return reader(value if isinstance(value, str) else str(value))

    return read


def is_zone(name: str) -> bool:
    """Tell whether the time zone database knows a zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(
            f'must be a time zone like "Europe/Berlin" or "UTC", not {quoted(name)}'
            f"{_nearest_zone(name)}"
        )
    return name


def _nearest_zone(name: str) -> str:
    zones: dict[str, str] = {}
    for zone in sorted(available_timezones(), key=lambda each: (each.count("/") != 1, each)):
        zones.setdefault(zone.lower(), zone)
        zones.setdefault(zone.rpartition("/")[2].lower(), zone)
    near = get_close_matches(name.strip().replace(" ", "_").lower(), zones, n=1)
    return f'; did you mean "{zones[near[0]]}"?' if near else ""


def check_name(name: str) -> str:
    """Return the name of a topic or digest; raises `ValueError` for any other text."""
    if NAME.fullmatch(name):
        return name
    better = re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_")[:64]
    hint = f"; write {better}" if NAME.fullmatch(better) else ""
    raise ValueError(
        f"a name is up to 64 small letters, digits, - and _, a letter or digit first{hint}"
    )


def _one_line(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("must be one line of text without control characters or spaces around it")
    return text


def _header_value(text: str) -> str:
    if text and not _PRINTABLE.fullmatch(text):
        raise ValueError("must be plain ASCII text on one line, as it goes into an HTTP header")
    return text


def _contact(text: str) -> str:
    if set(text) & set("()\\"):
        raise ValueError("must hold no brackets or backslashes; write a mail or web address")
    return _header_value(text)


def _header_name(name: str) -> str:
    lowered = name.lower()
    if not _TOKEN.fullmatch(name):
        raise ValueError("is no name of an HTTP header")
    if lowered in _SECRET_HEADERS:
        raise ValueError(
            "must not stand in a file; put the Authorization value into an environment variable "
            'and name that: auth_env = "NAME"'
        )
    if lowered == "user-agent":
        raise ValueError('must be set with user_agent = "…"')
    if _OWN_HEADERS.fullmatch(lowered):
        raise ValueError("is set by the monitor itself; take it out")
    return name


def _proxy_header(name: str) -> str:
    lowered = name.lower()
    if name and (
        not _TOKEN.fullmatch(name)
        or lowered in _SECRET_HEADERS | {"origin", "referer", "user-agent", "accept"}
        or lowered.startswith(("sec-", "x-forwarded-"))
        or _OWN_HEADERS.fullmatch(lowered)
    ):
        raise ValueError(
            'must be a header of its own that names the user, like "Remote-User", and that browsers do not send'
        )
    return name


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError(
            f'must be an address or network like "127.0.0.1/32" or "10.1.2.0/24", not {quoted(text)}'
        ) from None
    if network.prefixlen == 0:
        raise ValueError("/0 would believe everybody; name the address your web server asks from")
    return str(network)


def _variable(name: str) -> str:
    if name and not _VARIABLE.fullmatch(name):
        raise ValueError(
            "must be the name of an environment variable, letters, digits and _, never the "
            "secret itself"
        )
    return name


def _optional_url(text: str) -> str:
    return check_url(text) if text else text


def _proxy(text: str) -> str:
    if text and not _PROXY.fullmatch(text):
        raise ValueError('must be like "http://proxy.example.org:3128", without user or password')
    return text


def _public_url(text: str) -> str:
    if not text:
        return text
    check_url(text)
    if "?" in text or "#" in text:
        raise ValueError("must hold no ? and no #; write it like https://monitor.example.org")
    if not text.isascii():
        raise ValueError("must be written as requests name it: an international name as xn--…")
    return text.rstrip("/")


def _opened(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        parts = _HOST_PORT.fullmatch(text)
        if parts is None or not text.isprintable() or (parts[2] and not 0 < int(parts[2]) < 65536):
            raise ValueError(
                'must be a network, address or host like "127.0.0.0/8", "10.1.2.3", '
                f'"feeds.internal" or "feeds.example.org:8080", not {quoted(text)}'
            ) from None
    return text


def _folder(text: str) -> str:
    folder = str(Path(text).expanduser()) if text.startswith("~/") else text
    if not folder or not folder.isprintable() or folder.startswith("~"):
        raise ValueError('must be a folder like "digests", relative to the home')
    return folder


def check_mailbox(text: str) -> str:
    """Return a mail address as it is, or raise `ValueError` with what one looks like."""
    local, at, domain = text.rpartition("@")
    good = at and _MAIL_LOCAL.fullmatch(local) and len(local.encode()) <= 64 and len(text) <= 254
    if not good or not text.isprintable() or not _is_domain(domain):
        raise ValueError(f'must be a mail address like "me@example.org", not {quoted(text)}')
    return text


def _is_domain(domain: str) -> bool:
    try:
        ascii_name = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _DOMAIN.fullmatch(ascii_name) is not None


def _optional_mailbox(text: str) -> str:
    return check_mailbox(text) if text else text


def is_this_machine(host: str) -> bool:
    """Tell whether a host is this machine by its name or address."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _host_name(text: str) -> str:
    if text and not _HOST.fullmatch(text):
        raise ValueError(f'must be a host like "mail.example.org", not {quoted(text)}')
    return text


def _times(value: object) -> tuple[time, ...]:
    several = list(value) if isinstance(value, list | tuple) else [value]
    if not several:
        raise ValueError('must be a time of day like "07:00", or a list of them')
    times = tuple(sorted(_read(time, quantities.read_time)(each) for each in several))
    if len(set(times)) < len(times):
        raise ValueError("names a time twice; take one of them out")
    return times


def _hours(value: object) -> tuple[time, time]:
    if isinstance(value, tuple):
        return value
    return quantities.read_hours(value if isinstance(value, str) else str(value))


def _pattern(text: str) -> str:
    if not text or text.startswith(("/", "~")) or ".." in text.split("/") or not text.isprintable():
        raise ValueError('must be a path below config/ like "lists/*.opml"')
    return text


Duration = Annotated[
    timedelta,
    BeforeValidator(_read(timedelta, quantities.read_duration)),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,7}[smhdw]$", "examples": ["1h"]}),
    Words("duration", quantities.format_duration),
]
Size = Annotated[
    int,
    BeforeValidator(_read(int, quantities.read_size)),
    WithJsonSchema(
        {"type": "string", "pattern": "^[0-9]{1,9} ?([KkMmGg]i?)?[Bb]$", "examples": ["10MB"]}
    ),
    Words("size", quantities.format_size),
]
TimesOfDay = Annotated[
    tuple[time, ...],
    BeforeValidator(_times),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
    Words("time of day, or list of them"),
]
Hours = Annotated[
    tuple[time, time],
    BeforeValidator(_hours),
    WithJsonSchema({"type": "string", "examples": ["22:00-07:00"]}),
    Words("hours"),
]
Days = Annotated[
    tuple[int, ...],
    BeforeValidator(_read(tuple, quantities.read_days)),
    WithJsonSchema({"type": "string", "examples": ["mon-sun", "mon,wed,fri"]}),
    Words("days"),
]
Zone = Annotated[str, AfterValidator(_zone), Words("time zone")]
Name = Annotated[str, AfterValidator(check_name)]
Line = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
Tag = Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=100)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value), Field(max_length=1000)]
Contact = Annotated[str, AfterValidator(_contact), Field(max_length=200)]
Variable = Annotated[str, AfterValidator(_variable), Words("name of a variable")]
Url = Annotated[str, AfterValidator(check_url), Field(max_length=MAX_LENGTH), Words("address")]
OptionalUrl = Annotated[
    str, AfterValidator(_optional_url), Field(max_length=MAX_LENGTH), Words("address")
]
Proxy = Annotated[str, AfterValidator(_proxy), Words("address")]
PublicUrl = Annotated[str, AfterValidator(_public_url), Field(max_length=500), Words("address")]
Network = Annotated[str, AfterValidator(_network), Words("address or network")]
ProxyHeader = Annotated[str, AfterValidator(_proxy_header), Words("name of a header")]
Opened = Annotated[str, AfterValidator(_opened), Words("networks, addresses or hosts")]
Mailbox = Annotated[str, AfterValidator(check_mailbox), Words("mail address")]
OptionalMailbox = Annotated[str, AfterValidator(_optional_mailbox), Words("mail address")]
HostName = Annotated[str, AfterValidator(_host_name), Field(max_length=253), Words("host")]
Folder = Annotated[str, AfterValidator(_folder), Words("folder")]
Pattern = Annotated[str, AfterValidator(_pattern), Words("paths with * and ?")]
