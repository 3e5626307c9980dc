"""Who may see and change what: the password, tokens for programs, and who is logged in.

Secrets are 256 random bits, or a person's password; kept are their hashes alone, SHA-256 and Argon2. What a
browser or a program shows is compared by its hash.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from threading import Lock

from monitor.errors import StoreError, UsageError
from monitor.model.access import SCOPES, Access, Scope, Token
from monitor.service.wiring import Services
from monitor.settings import access as files
from monitor.settings.fields import is_this_machine
from monitor.settings.home import Home
from monitor.settings.passwords import normal, weakness
from monitor.settings.values import WebSettings

log = logging.getLogger("monitor")

PREFIX = "monitor_"
"""What a token begins with, so that it is known for one wherever it turns up."""

_LONGEST_PASSWORD = 4_000
_hashing = Lock()  # one at a time: each takes 64 MB, and strangers may ask for it


class Keys:
    """config/access.toml as it is now: each call looks whether it was edited. Any thread may call."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._access: Access | None = None

    def access(self) -> Access:
        """Return what the file says; raises `SettingsError` while it cannot be read: nobody gets in then."""
        with self._lock:
            present = _fingerprint(self._home)
            if self._access is None or present != self._seen:
                before = self._access
                self._access = None
                self._access = files.read_access(self._home)
                self._seen = present
                if before is not None and before != self._access:
                    log.info("config/access.toml was edited: %s", in_words(self._access))
            return self._access


def _fingerprint(home: Home) -> tuple[int, int, int] | None:
    try:
        stat = home.access_file.stat()
    except FileNotFoundError:
        return None
    except OSError:
        return (0, 0, 0)
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def in_words(access: Access) -> str:
    """Say what is set, in one line without a secret."""
    tokens = ", ".join(f"{each.name} ({', '.join(each.scopes)})" for each in access.tokens)
    return f"{'a' if access.password else 'no'} password; tokens: {tokens or 'none'}"


def change_password(home: Home, password: str) -> None:
    """Let this be the password of the page; all sessions end. Raises `UsageError` for one that is not taken."""
    wrong = weakness(password)
    if wrong:
        raise UsageError(f"{wrong} Nothing was changed.")
    from argon2 import PasswordHasher

    files.set_password(home, PasswordHasher().hash(normal(password)))


def remove_password(home: Home) -> bool:
    """Take the password away and with it all sessions; return whether there was one."""
    if not files.read_access(home).password:
        return False
    files.set_password(home, "")
    return True


def is_password(access: Access, password: str) -> bool:
    """Tell whether it is the page's password. It takes as long whether or not it is."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    if not access.password:
        return False
    try:
        with _hashing:
            return PasswordHasher().verify(access.password, normal(password[:_LONGEST_PASSWORD]))
    except (Argon2Error, InvalidHashError, UnicodeEncodeError):
        return False


def add_token(
    home: Home, name: str, scopes: Sequence[Scope], now: datetime, expires_on: date | None
) -> tuple[str, Token]:
    """Make a token, keep its hash, and return it with what is kept: nobody can read it again.

    Raises `UsageError` where there is one of that name, and for a day that is past.
    """
    if expires_on is not None and expires_on < now.date():
        raise UsageError(f"{expires_on} is past; the token would never be good.")
    secret = PREFIX + secrets.token_urlsafe(32)
    ordered = tuple(each for each in SCOPES if each in scopes)
    token = Token(name, hash_of(secret), ordered, now.date(), expires_on)
    files.add_token(home, token)
    return secret, token


def token_of(access: Access, secret: str, on: date) -> Token | None:
    """Return the token that a program shows, None when there is none like it or it has expired."""
    shown = hash_of(secret)
    found = [each for each in access.tokens if hmac.compare_digest(each.hash, shown)]
    return next((each for each in found if each.is_good(on)), None)


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret that is long and random."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def begin_session(services: Services, access: Access, now: datetime) -> str:
    """Return the cookie of a new session."""
    cookie = secrets.token_urlsafe(32)
    services.store.sessions.begin(hash_of(cookie), hash_of(access.password), now)
    return cookie


def is_session(services: Services, access: Access, cookie: str, now: datetime) -> bool:
    """Tell whether a cookie is that of a session which is good. Raises `StoreError` when nobody can tell."""
    if not cookie or not access.password:
        return False
    sessions, hashed, password = services.store.sessions, hash_of(cookie), hash_of(access.password)
    found = sessions.is_good(hashed, password, now)
    if found:
        try:
            sessions.note(hashed, now)
        except StoreError as error:  # a full disk locks nobody out of what can be read
            log.warning("that a session is used could not be noted: %s", error)
    return found


def sessions_of(services: Services, access: Access, now: datetime) -> int:
    """Count the browsers that are logged in; 0 without a password."""
    if not access.password:
        return 0
    return services.store.sessions.count(hash_of(access.password), now)


def needs_login(web: WebSettings, host: str, access: Access) -> bool:
    """Tell whether who asks must say who they are, at the address the page is served at."""
    return bool(access.password or web.proxy_header or not is_this_machine(host))


def check_may_serve(web: WebSettings, host: str, access: Access) -> None:
    """Raise `UsageError` for an address that others can reach, while nobody would be asked who they are."""
    if not is_this_machine(host) and not access.password and not web.proxy_header:
        raise UsageError(
            f"{host} can be reached from other machines, and nobody would be asked who they are, so the page is "
            "not served there. Set a password first: monitor access password   (Or leave [web] host as it "
            "is and let a web server that asks who they are pass requests on: docs/access.md.)"
        )
