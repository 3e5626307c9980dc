"""Which passwords are taken: long enough, and none of those that are tried first."""

from __future__ import annotations

import re
import unicodedata

SHORTEST = 12
LONGEST = 1000

# What is left of the passwords most often found in leaks once digits, signs and look-alikes are taken
# away; repeated, or one behind the other, they are no better.
_COMMON = frozenset(
    [
        "password",
        "passwort",
        "passw",
        "pass",
        "word",
        "motdepasse",
        "contrasena",
        "contraseña",
        "senha",
        "parola",
        "haslo",
        "wachtwoord",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "qwertzuiop",
        "azerty",
        "azertyuiop",
        "asdf",
        "asdfgh",
        "asdfghjkl",
        "zxcvbn",
        "zxcvbnm",
        "yxcvbnm",
        "qaz",
        "wsx",
        "edc",
        "qazwsx",
        "qazwsxedc",
        "qwe",
        "asd",
        "zxc",
        "abc",
        "abcd",
        "abcdef",
        "abcdefgh",
        "abcdefghijkl",
        "xyz",
        "iloveyou",
        "ilove",
        "loveyou",
        "lovely",
        "love",
        "you",
        "me",
        "welcome",
        "letmein",
        "hello",
        "goodbye",
        "admin",
        "administrator",
        "root",
        "login",
        "user",
        "guest",
        "test",
        "tester",
        "testing",
        "demo",
        "changeme",
        "change",
        "default",
        "secret",
        "master",
        "access",
        "monitor",
        "policy",
        "monkey",
        "dragon",
        "football",
        "baseball",
        "basketball",
        "superman",
        "batman",
        "starwars",
        "pokemon",
        "sunshine",
        "princess",
        "shadow",
        "michael",
        "jordan",
        "charlie",
        "daniel",
        "jessica",
        "ashley",
        "michelle",
        "nicole",
        "thomas",
        "anthony",
        "liverpool",
        "chelsea",
        "arsenal",
        "barcelona",
        "juventus",
        "manchester",
        "computer",
        "internet",
        "google",
        "facebook",
        "samsung",
        "android",
        "microsoft",
        "windows",
        "trustno",
        "whatever",
        "freedom",
        "flower",
        "butterfly",
        "chocolate",
        "cookie",
        "summer",
        "winter",
        "spring",
        "autumn",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mypassword",
        "mypass",
        "thepassword",
        "correcthorse",
        "correcthorsebatterystaple",
        "the",
        "my",
        "is",
        "a",
        "i",
    ]
)
_LOOK_ALIKE = str.maketrans("013457@$!|€", "oieastasile")
_ROWS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop")


def normal(password: str) -> str:
    """Return a password as it is compared: composed (RFC 8265), however a keyboard wrote its accents."""
    return unicodedata.normalize("NFC", password)


def weakness(password: str) -> str:
    """Return why a password is not taken and what to do, "" for one that is."""
    text = normal(password)
    if len(text) < SHORTEST:
        return f"The password has {len(text)} characters; take {SHORTEST} or more, four unlikely words for instance."
    if len(text) > LONGEST:
        return f"The password is too long; take up to {LONGEST} characters."
    if not text.isprintable():
        return "The password holds a control character; it could not be typed again."
    if len(set(text.casefold())) < 5 or _repeats(text) or _is_row(text) or _is_common(text):
        return (
            "The password is one of those that are tried first; take four unlikely words, or let a "
            "password manager make one."
        )
    return ""


def _repeats(text: str) -> bool:
    """Tell whether it is one short piece again and again."""
    return re.fullmatch(r"(.{1,6}?)\1{2,}.{0,5}", text, re.IGNORECASE | re.DOTALL) is not None


def _is_row(text: str) -> bool:
    folded = text.casefold()
    return any(folded in row * 3 or (folded[:10] in row and len(text) < 16) for row in _ROWS)


def _is_common(text: str) -> bool:
    folded = text.casefold()
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    tried = (folded, folded.translate(_LOOK_ALIKE), bare.translate(_LOOK_ALIKE))
    return any(_made_of_common(re.sub(r"[\W\d_]+", "", each)) for each in tried)


def _made_of_common(letters: str) -> bool:
    """Tell whether nothing is left when common words are taken away from the front, in any way."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in _COMMON for start in reached):
            reached.add(end)
    return bool(letters) and len(letters) in reached
