"""Which changes of a text are none: what changes by itself, and what is another way to write the same.

Counters, ages and stamps count for nothing only where they stand by themselves: between full stops,
bars or brackets, at the beginning or the end ("Long text. 12 comments", "(3 min read)"). Within a
sentence they are what it says ("passed with 12 votes"), and so are all other numbers, every word and
the punctuation within it: "No, more chips" is not "No more chips". Letter case, the style of quotes
and dashes, spacing, a full stop at the end, entities and tracking parameters are no edits.
"""

from __future__ import annotations

import html
import re
import unicodedata

from monitor.parse.addresses import canonical_url

LONGEST = 200_000
"""Characters up to which a text is looked at for what is trivial."""

_NUMBER = r"\d[\d.,]{0,12}\s?(?:k|m|万|萬|천|만)?\+?"
_COUNTED = (
    r"(?:comments?|replies|reply|responses?|views?|reads?|likes?|points?|shares?|votes?|upvotes?|claps?"
    r"|reactions?|retweets?|reposts?|kommentare?|aufrufe|antworten|commentaires?|vues|réactions?"
    r"|comentarios?|comentários?|visitas|vistas|visualizações"
    r"|条评论|則評論|条回复|次阅读|次閱讀|阅读|閱讀|次浏览|浏览|次观看|观看|个赞|赞|件のコメント|コメント|回再生"
    r"|개의 댓글|댓글|조회)"
)
_LABEL = (
    r"(?:comments?|replies|points|views?|reads?|likes?|shares?|votes?|score|kommentare|aufrufe|vues"
    r"|commentaires|comentarios|评论|評論|阅读|閱讀|阅读量|阅读数|浏览|浏览量|点赞|回复|コメント|댓글|조회수?)"
)
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
_ONE = (
    rf"{_NUMBER}\s?{_COUNTED}|{_LABEL}\s?[:：]?\s?{_NUMBER}|{_READING}|{_STAMP}|{_AGO}"
    r"|(?:no|one) (?:comments?|replies)(?: yet)?|(?:leave|add|post) a comment|be the first to comment"
    r"|keine kommentare|aucun commentaire|sin comentarios|暂无评论"
)
_COUNTER = re.compile(rf"(?:{_ONE})(?:[\s,]+(?:and )?(?:{_ONE})){{0,5}}[.!。]?", re.IGNORECASE)
_LABELLED_END = re.compile(
    rf"(?<!\w)(?:(?:{_LABEL})\s?[:：]\s?\d[\d.,]{{0,12}}\s?){{1,6}}\s*$", re.IGNORECASE
)
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


def edited(before: str, after: str) -> bool:
    """Tell whether one text says something else than the other, or in other words.

    Of texts longer than `LONGEST` only white space is trivial: this is asked while others wait to write.
    """
    if before == after:
        return False
    if max(len(before), len(after)) > LONGEST:
        return before.split() != after.split()
    return essence(before) != essence(after)


def essence(text: str) -> str:
    """Return what a text comes to when all that is trivial is taken away; never shown to anybody."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = counterless(_ADDRESS.sub(_bare_address, text)).translate(_STYLE)
    for pattern, plain in _RULES:
        text = pattern.sub(plain, text)
    # Not casefold: it makes one of "Maße" and "Masse".
    return _unended(" ".join(text.split())).lower()


def _unended(text: str) -> str:
    """Return a text without full stops and marks of a cut ("...", "[...]") at its end."""
    while (shorter := text.rstrip(" .").removesuffix("[...]")) != text:
        text = shorter
    return text


def steady(text: str) -> str:
    """Return a text without what is likely to change by itself: quick, for each entry of each visit."""
    if "=" in text:
        text = _TRACKED.sub(" ", text)
    return counterless(text)


def counterless(text: str) -> str:
    """Return a text in single spaces, without counters, ages and stamps that stand by themselves."""
    text = " ".join(text.split())
    if not (_MAY_COUNT.search(text) or "omment" in text or "评论" in text):
        return text
    pieces = _SEPARATOR.split(text)
    kept: list[str] = []
    dropped = False
    for at in range(0, len(pieces), 2):
        piece = _without_counters(pieces[at])
        dropped = dropped or piece != pieces[at]
        if piece or not pieces[at]:
            kept += [pieces[at - 1] if at else "", piece]
    if not dropped:
        return text
    return " ".join("".join(kept).strip(" |·•#()[]（）").split())


def _without_counters(piece: str) -> str:
    """Return a piece between two separators as it is, without counters at its end, or as ""."""
    if len(piece) <= _LONGEST_COUNTER and _COUNTER.fullmatch(piece.strip()):
        return ""
    tail = piece[-_LONGEST_COUNTER:]
    found = _LABELLED_END.search(tail) if ":" in tail or "：" in tail else None
    return piece[: len(piece) - len(tail) + found.start()].rstrip() if found else piece


def _bare_address(found: re.Match[str]) -> str:
    """Return an address without scheme, tracking and the slash at its end."""
    address = found[0].rstrip(".,;:!?)]…")
    rest = found[0][len(address) :]
    return _SCHEME.sub("", canonical_url(address) or address, count=1).rstrip("/?&") + rest
