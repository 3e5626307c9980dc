"""Languages: what a feed declares, or what its script gives away."""

from __future__ import annotations

import re

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_NOT_LANGUAGES = frozenset({"und", "mul", "zxx", "mis", "xx", "utf-8", "utf", "lang"})
_SAMPLE = 400
_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]")


def declared_language(tag: str) -> str:
    """Return a declared language as a lower-case BCP 47 tag (`zh_CN` gives `zh-cn`), or ""."""
    found = tag.strip().lower().replace("_", "-").split(".")[0]
    if len(found) > 35 or found in _NOT_LANGUAGES or not _TAG.fullmatch(found):
        return ""
    return found


def guessed_language(text: str) -> str:
    """Return `ja`, `ko` or `zh` where the script alone decides, else "".

    Other scripts serve several languages each (Cyrillic, Arabic, Latin), and short texts mislead
    statistics, so no more is guessed.
    """
    sample = text[:_SAMPLE]
    if sample.isascii():
        return ""
    kana, han = len(_KANA.findall(sample)), len(_HAN.findall(sample))
    hangul = len(_HANGUL.findall(sample))
    # A quoted name is not a language: the script must carry a good part of the text.
    if (kana + han + hangul) * 4 < sum(map(str.isalpha, sample)):
        return ""
    if hangul > han + kana:
        return "ko"
    if kana * 10 > han:
        return "ja" if kana else ""
    return "zh" if han else ""
