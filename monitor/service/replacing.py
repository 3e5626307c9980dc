"""May the text of a page stand for what the feed says of an entry? Pure.

A page is taken when it is the article: long enough, longer than the feed's own text, and about the
same thing. A page to log in, to consent or to pay is long enough at times, but holds few of the
title's words; a short one that has them is known by what such pages say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from monitor.model.page import PageText
from monitor.query.folding import forms, is_cjk

LEAST_WORDS = 40
"""Words (characters in Chinese, Japanese and Korean) a page must hold."""
SHORT_WORDS = 300
"""Pages of fewer words are looked through for what a wall says."""
_EXCERPT_WORDS = 60
_LONG_WORD = 4

_WALLS = (
    "subscribe to continue", "subscribe to read", "subscribers only", "for subscribers",
    "already a subscriber", "become a subscriber", "start your free trial", "sign in to continue",
    "sign in to read", "log in to continue", "log in to read", "please log in", "please sign in",
    "register to read", "create a free account", "to continue reading", "enable javascript",
    "javascript is disabled", "enable cookies", "are a human", "are human", "not a robot",
    "checking your browser", "security check", "access denied", "accept all", "cookie settings",
    "value your privacy", "manage consent", "bereits abonnent", "jetzt abonnieren", "weiterlesen mit",
    "mit abo weiterlesen", "bitte melden sie sich an", "alle akzeptieren", "réservé aux abonnés",
    "déjà abonné", "tout accepter", "solo para suscriptores", "ya eres suscriptor",
    "aceptar todo", "riservato agli abbonati", "sei già abbonato", "accetta tutti",
    "já é assinante", "exclusivo para assinantes", "alleen voor abonnees", "会员专享", "请登录",
    "登录后查看", "会員限定", "有料会員", "ログインして", "로그인이 필요", "유료 회원",
)  # fmt: skip
"""What pages say that want something before they show the article; whole words, in order."""

_MORE = re.compile(
    r"\s*(?:\[?(?:…|\.\.\.)\]?|read more|continue reading|weiterlesen|lire la suite)\W*$",
    re.IGNORECASE,
)


def why_not(title: str, own: str, excerpt: str, page: str) -> str:
    """Say in a sentence why a page's text cannot replace the feed's `own`, "" when it may."""
    words = forms(page)
    if len(words) < LEAST_WORDS:
        return f"The page holds too little text: {len(words)} words, {LEAST_WORDS} are needed."
    if len(words) <= len(forms(own)):
        return "The page's text is not longer than the feed's own."
    if len(words) < SHORT_WORDS and (wall := _wall(words)):
        return f"The page asks for something before it shows the article: “{wall}”."
    if not (_holds_most(words, forms(title)) or _holds_most(words, forms(excerpt))):
        return "The page's text is about something else: it holds few words of title and excerpt."
    return ""


def with_page(own_text: str, own_html: str, page: PageText) -> tuple[str, str]:
    """Return text and HTML of an entry whose page was taken.

    What the feed says itself stays in front where the page does not say it too: an entry that was
    found by those words is found by them still.
    """
    own = _letters(_MORE.sub("", own_text))
    if own in _letters(page.text):
        return page.text, page.html
    return f"{own_text} {page.text}", f"{own_html}{page.html}"


def _wall(words: Sequence[str]) -> str:
    spaced = f" {' '.join(words)} "
    return next((wall for wall in _WALLS if f" {' '.join(forms(wall))} " in spaced), "")


def _holds_most(page: Sequence[str], of: Sequence[str]) -> bool:
    """Say whether a page holds at least half of what tells a text from others; not for no text."""
    wanted = _telling(of[:_EXCERPT_WORDS]) or set(of[:_EXCERPT_WORDS])
    return bool(wanted) and 2 * len(wanted & (_telling(page) | set(page))) >= len(wanted)


def _telling(words: Sequence[str]) -> set[str]:
    """Return the longer words and, of scripts that write no spaces, the pairs of characters."""
    pairs = {a + b for a, b in pairwise(words) if is_cjk(a) and is_cjk(b)}
    return pairs | {word for word in words if len(word) >= _LONG_WORD}


def _letters(text: str) -> str:
    return "".join(forms(text))
