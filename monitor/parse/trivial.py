"""Which changes of a text are none: what changes by itself, and what is another way to write the same.

Counters, ages and stamps count for nothing only where they stand by themselves: between full stops,
bars or brackets, at the beginning or the end ("Long text. 12 comments", "(3 min read)"). Within a
sentence they are what it says ("passed with 12 votes"), and so are all other numbers, every word and
the punctuation within it: "No, more chips" is not "No more chips". Votes, points, shares and scores are
news as often as counters: they count for nothing only beside another counter ("12 points | 3
comments"), and in a title never ("Fed cuts rates | 50 points"). Letter case, the style of quotes
and dashes, spacing, a full stop at the end, entities and tracking parameters are no edits.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from monitor.parse.addresses import canonical_url

LONGEST = 200_000
"""Characters up to which a text is looked at for what is trivial."""

_NUMBER = r"\d[\d.,]{0,12}\s?(?:k|m|万|萬|천|만)?\+?"
_READERS = (
    r"(?:comments?|replies|reply|responses?|views?|reads?|likes?|kommentare?|aufrufe|antworten|commentaires?|vues"
    r"|comentarios?|comentários?|visitas|vistas|visualizações"
    r"|条评论|則評論|条回复|次阅读|次閱讀|阅读|閱讀|次浏览|浏览|次观看|观看|个赞|赞|件のコメント|コメント|回再生"
    r"|개의 댓글|댓글|조회)"
)
_PASSED_ON = r"(?:upvotes?|claps?|reactions?|réactions?|retweets?|reposts?)"
_NEWS = r"(?:points?|shares?|votes?)"
_READERS_LABEL = (
    r"(?:comments?|replies|views?|reads?|likes?|kommentare|aufrufe|vues"
    r"|commentaires|comentarios|评论|評論|阅读|閱讀|阅读量|阅读数|浏览|浏览量|点赞|回复|コメント|댓글|조회수?)"
)
_NEWS_LABEL = r"(?:points|shares?|votes?|score)"
_UNIT = r"(?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|h|m|days?|d|weeks?|w|months?|years?)"
_READING = (
    r"\d{1,3}\s?-?\s?min(?:ute)?s?\.?\s?(?:read(?:ing)?(?: time)?|lesezeit|de lecture|de lectura|de leitura)"
    r"|(?:reading time|read time|lesezeit|lesedauer|temps de lecture|tiempo de lectura)\s?:?\s?"
    r"(?:ca\.?\s?)?\d{1,3}\s?min(?:ute[ns]?|utos?)?\.?"
    r"|(?:阅读时间|阅读时长)\s?[:：]?\s?\d{1,3}\s?分钟"
)
_AGO = (
    rf"\d{{1,6}}\s?{_UNIT}\s+ago"
    r"|vor\s\d{1,6}\s(?:sekunden?|minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?)"
    r"|il y a\s\d{1,6}\s(?:secondes?|minutes?|heures?|jours?|semaines?|mois)"
    r"|(?:hace|há)\s\d{1,6}\s(?:segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?)"
    r"|\d{1,6}\s?(?:秒|分钟|分鐘|分|小时|小時|時間|天|日|周|週間?|个月)前|\d{1,6}\s?(?:초|분|시간|일|주)\s?전"
)
_DATE = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s)?"
    r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|[a-zä]{3,9}\.?\s\d{1,2},?\s\d{4}"
    r"|\d{1,2}\.?\s[a-zä]{3,9}\.?,?\s\d{4}|\d{4}年\d{1,2}月\d{1,2}日)"
)
_TIME = r"\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?)?\s?(?:uhr|z|utc|gmt|[ecmp][sd]?t|cet|cest|bst)?"
_STAMPING = (
    r"(?:(?:last |first )?(?:updated|modified|published|posted|submitted|edited)|aktualisiert|"
    r"zuletzt aktualisiert|veröffentlicht|stand|mis à jour|publié|actualizado|publicado|"
    r"更新时间|更新于|发布时间|发布于|更新|發布)"
)
_STAMP = (
    rf"{_STAMPING}(?: on| at| am| um| le| el)?\s?[:：]?\s?"
    rf"(?:{_AGO}|{_DATE}(?:[,T]?\s?(?:at |um )?{_TIME})?|{_TIME})"
)
_OF_READERS = (
    rf"{_NUMBER}\s?{_READERS}|{_READERS_LABEL}\s?[:：]?\s?{_NUMBER}|{_READING}"
    rf"|(?:{_STAMPING}\s?[:：]?\s?)?(?:{_AGO})"
    r"|(?:no|one) (?:comments?|replies)(?: yet)?|(?:leave|add|post) a comment|be the first to comment"
    r"|keine kommentare|aucun commentaire|sin comentarios|暂无评论"
)
_SURE = rf"{_OF_READERS}|{_NUMBER}\s?{_PASSED_ON}|{_STAMP}"
_ANY = rf"{_SURE}|{_NUMBER}\s?{_NEWS}|{_NEWS_LABEL}\s?[:：]?\s?{_NUMBER}"


class _Counters(NamedTuple):
    """What a piece may consist of, what of it makes it a counter, and the labels a text ends with."""

    piece: re.Pattern[str]
    sure: re.Pattern[str]
    end: re.Pattern[str]


def _counters(any_: str, sure: str, label: str) -> _Counters:
    return _Counters(
        re.compile(rf"(?:{any_})(?:[\s,]+(?:and )?(?:{any_})){{0,5}}[.!。]?", re.IGNORECASE),
        re.compile(sure, re.IGNORECASE),
        re.compile(
            rf"(?<!\w)(?:(?:{label})\s?[:：]\s?\d[\d.,]{{0,12}}\s?){{1,6}}\s*$", re.IGNORECASE
        ),
    )


_IN_TEXTS = _counters(_ANY, _SURE, f"{_READERS_LABEL}|{_NEWS_LABEL}")
_IN_TITLES = _counters(_OF_READERS, _OF_READERS, _READERS_LABEL)
_SEPARATOR = re.compile(r"([|·•#()\[\]（）]|(?<=[.!?…])\s+(?!\d{1,2},?\s\d{4})|(?<=[。！？])\s*)")
_MAY_COUNT = re.compile(
    r"\d[,k+-]?\s?[a-z\u4e00-\u9fff\uac00-\ud7af]|\d,?\s\d{4}|[:：\u4e00-\u9fff]\s?\d",
    re.IGNORECASE,
)
_LONGEST_COUNTER = 160

_TRACKED = re.compile(
    r"[?&](?:utm_\w{1,40}|fbclid|gclid|mc_cid|mc_eid)=[^\s&\"'<>]*", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”]{1,4000}", re.IGNORECASE)
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_QUOTES = re.compile("[\"'`´‘’‚‛“”„‟‹›«»「」『』〝〞＂＇′″]")
_STYLE: dict[int, int | str] = {
    **{0xFF01 + at: 0x21 + at for at in range(94)},  # full-width forms of ASCII
    0x3000: " ", 0x3002: ".", 0x2212: "-", 0x2010: "-", 0x2011: "-",
}  # fmt: skip
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_RULES = (
    (re.compile(r"(?<!\w)«\s"), "'"),
    (re.compile(r"\s»(?!\w)"), "'"),
    (_QUOTES, "'"),
    (re.compile(r"''+"), "'"),
    (re.compile(r"(?<=\d)\s?[–—-]\s?(?=\d)"), "-"),
    (re.compile(r"\s?[–—]\s?|\s-\s"), " - "),
    (re.compile(r"…"), "..."),
    (re.compile(r"\s(?=[:;?!%,])"), ""),
    (re.compile(rf"(?<=[{_CJK}])\s(?=\S)|(?<=[,;:!?])\s?(?=[{_CJK}])|(?<=\S)\s(?=[{_CJK}])"), ""),
)


def edited(before: str, after: str, *, title: bool = False) -> bool:
    """Tell whether one text (or `title`) says something else than the other, or in other words.

    Of texts longer than `LONGEST` only white space is trivial: this is asked while others wait to write.
    """
    if before == after:
        return False
    if max(len(before), len(after)) > LONGEST:
        return before.split() != after.split()
    return essence(before, title=title) != essence(after, title=title)


def essence(text: str, *, title: bool = False) -> str:
    """Return what a text comes to when all that is trivial is taken away; never shown to anybody."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = counterless(_ADDRESS.sub(_bare_address, text), title=title).translate(_STYLE)
    for pattern, plain in _RULES:
        text = pattern.sub(plain, text)
    # Not casefold: it makes one of "Maße" and "Masse".
    return _unended(" ".join(text.split())).lower()


def _unended(text: str) -> str:
    """Return a text without full stops and marks of a cut ("...", "[...]") at its end."""
    while (shorter := text.rstrip(" .").removesuffix("[...]")) != text:
        text = shorter
    return text


def steady_title(title: str) -> str:
    """Return a title without what is likely to change by itself."""
    return counterless(_TRACKED.sub(" ", title) if "=" in title else title, title=True)


def steady(text: str) -> str:
    """Return a text without what is likely to change by itself: quick, for each entry of each visit."""
    if "=" in text:
        text = _TRACKED.sub(" ", text)
    return counterless(text)


def counterless(text: str, *, title: bool = False) -> str:
    """Return a text in single spaces, without counters, ages and stamps that stand by themselves."""
    text = " ".join(text.split())
    if not (_MAY_COUNT.search(text) or "omment" in text or "评论" in text):
        return text
    pieces = _SEPARATOR.split(text)
    cut = [_cut(piece, _IN_TITLES if title else _IN_TEXTS) for piece in pieces[::2]]
    beside = _beside_others(cut, pieces[1::2])
    kept: list[str] = []
    dropped = False
    for at, (piece, each) in enumerate(zip(pieces[::2], cut, strict=True)):
        rest = each.rest if each.sure or at in beside else piece
        dropped = dropped or rest != piece
        if rest or not piece:
            kept += [pieces[2 * at - 1] if at else "", rest]
    if not dropped:
        return text
    return " ".join("".join(kept).strip(" |·•#()[]（）").split())


class _Cut(NamedTuple):
    """A piece between two separators: what is left without counters, and what these are.

    `counts` where it has any (all of it, or its end), `sure` where they cannot be news.
    """

    rest: str
    blank: bool
    counts: bool = False
    sure: bool = False


def _cut(piece: str, counters: _Counters) -> _Cut:
    bare = piece.strip()
    if len(piece) <= _LONGEST_COUNTER and counters.piece.fullmatch(bare):
        return _Cut("", False, True, counters.sure.search(bare) is not None)
    tail = piece[-_LONGEST_COUNTER:]
    found = counters.end.search(tail) if ":" in tail or "：" in tail else None
    if found is None:
        return _Cut(piece, not bare)
    rest = piece[: len(piece) - len(tail) + found.start()].rstrip()
    return _Cut(rest, False, True, counters.sure.search(found[0]) is not None)


def _beside_others(cut: Sequence[_Cut], separators: Sequence[str]) -> set[int]:
    """Return which pieces count beside one that surely does; a full stop sets them apart."""
    found: set[int] = set()
    for step in (1, -1):
        near = False
        for at in range(len(cut))[::step]:
            between = at - 1 if step == 1 else at
            if 0 <= between < len(separators) and not separators[between].strip():
                near = False
            each = cut[at]
            if each.blank:
                continue
            # Words stand before a counter that only ends a piece.
            if near and each.counts and (step == -1 or not each.rest):
                found.add(at)
            near = each.counts and (each.sure or near) and not (each.rest and step == -1)
            if each.rest and step == 1:
                near = each.sure
    return found


def _bare_address(found: re.Match[str]) -> str:
    """Return an address without scheme, tracking and the slash at its end."""
    address = found[0].rstrip(".,;:!?)]…")
    rest = found[0][len(address) :]
    return _SCHEME.sub("", canonical_url(address) or address, count=1).rstrip("/?&") + rest
