"""Who is said to speak in Chinese: a clause that is a name, perhaps what the person is, and a verb of saying."""

from __future__ import annotations

import re

from monitor.digests.speech import Spoken
from monitor.digests.speech_words import HEARSAY
from monitor.stories.concepts import lexicon
from monitor.stories.folding import fold

_AROUND = 60

_VERBS = "表示|指出|強調|强调|認為|认为|寫道|写道|回應|回应|補充|补充|警告|告訴記者|告诉记者|直言|坦言|說|说|稱|称|道"
_ROLES = (
    "发言人|發言人|部长|部長|主席|总裁|總裁|创始人|創始人|教授|分析师|分析師|总理|總理|总统|總統|主任|首席执行官|"
    "執行長|行政总裁|研究员|研究員|董事长|董事長|经理|經理|局长|局長|秘书长|秘書長|议员|議員|负责人|負責人|CEO"
)
_WHEN = (
    "今天|昨天|日前|当天|當天|周[一二三四五六日]|週[一二三四五六日]|星期[一二三四五六日]|[0-9]{1,2}日|"
    "在[^，。：“”「」]{1,18}[上中时時]|对记者|對記者|也|还|還|则|則|随后|隨後"
)
_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高梁郑鄭谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于"
    "蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鐘谭譚陆陸汪范石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫闫段雷侯龙龍"
)
_HAN = "\u4e00-\u9fff"
_NAME = rf"(?:[{_HAN}]{{1,6}}(?:[·‧•][{_HAN}]{{1,8}}?){{1,3}}|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){{1,3}}|[{_HAN}A-Za-z]{{2,12}}?)"
_CLAUSE = re.compile(
    rf"(?:[{_HAN}A-Za-z（）()]{{0,24}}(?P<role>{_ROLES}))?\s*(?P<name>{_NAME})\s*(?:{_WHEN})*(?:{_VERBS})"
)
_PLAIN = re.compile(rf"[{_SURNAMES}](?!先生|女士|小姐|某)[{_HAN}]{{1,2}}")
_TOLD_KINDS = ("person:", "firm:", "body:")


def chinese_speaker_of(text: str, quoted: Spoken) -> tuple[int, int] | None:
    """Return where in the text the name of who speaks stands; None where that is not certain."""
    low, high = max(0, quoted.opens - _AROUND), min(len(text), quoted.closes + _AROUND)
    around = text[low : quoted.opens] + text[quoted.closes : high]
    if any(word in around for word in HEARSAY):
        return None
    found = [
        one
        for one in (_before(text, low, quoted.opens), _behind(text, quoted, high))
        if one is not None
    ]
    if not found or any(text[slice(*one)] != text[slice(*found[0])] for one in found):
        return None
    return found[0]


def _before(text: str, low: int, opens: int) -> tuple[int, int] | None:
    piece = text[low:opens].rstrip()
    if not piece or piece[-1] not in "：:，,":
        return None
    piece = piece[:-1]
    begin = max(piece.rfind(mark) for mark in "，。；！？\n：”」…,") + 1
    if begin == 0 and low > 0:
        return None
    return _named(text, low + begin, low + len(piece))


def _behind(text: str, quoted: Spoken, high: int) -> tuple[int, int] | None:
    start = quoted.closes + 1
    while start < high and text[start] in "，, ":
        start += 1
    ended = text[quoted.closes - 1] in "，,！？!?" or start > quoted.closes + 1
    ends = [at for at in (text.find(mark, start, high) for mark in "，。；！？\n") if at >= 0]
    end = min(ends, default=high if high == len(text) else -1)
    return _named(text, start, end) if ended and end > start else None


def _named(text: str, start: int, end: int) -> tuple[int, int] | None:
    begin = start + len(text[start:end]) - len(text[start:end].lstrip())
    clause = _CLAUSE.fullmatch(text, begin, end)
    if clause is None:
        return None
    name = clause["name"]
    concept = lexicon().runs.get(fold(name))
    listed = concept is not None and concept.startswith(_TOLD_KINDS)
    if not (listed or "·" in name or " " in name or _PLAIN.fullmatch(name)):
        return None
    return clause.span("name")
