"""What of a model's answer may be shown: whole sentences that rest on the sources, and no other.

A sentence is dropped when anything in it was not found, when it is more than plain words, or when it
speaks to the reader or of the one who wrote it. What is found need not be true together: that a
number stands in the sources does not say that it counts what the sentence says it does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digests.excerpts import sentences
from monitor.digests.grounds import Grounds, quotations
from monitor.digests.summaries import Source, visible
from monitor.stories.folding import CJK

MOST_SENTENCES = 3
MOST_CHARACTERS = 400
_READ = 4_000
"""Characters of an answer that are looked at."""
_LEAST_WORDS = 3
_LEAST_CJK = 6

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_APART = re.compile(r"«\s+|\s+»")
_WRAPPED = re.compile(r"([^\W_]|,)\n(?=[^\W\d_])(?![A-ZÀ-Þ])")
_BULLET = re.compile(r"\s*[-•*–]\s+")
_END = re.compile(r"[.!?…。！？][\"'”“’»)」』）]*$")
_PLAIN_MARKS = frozenset(
    " .,;:!?…'’‘\"“”„«»‹›()–—‐‑-%‰$€£¥₩&+§°·、，。；：！？「」『』（）《》・％"
)
_SAME_WIDTH = re.compile("[\uff00-\uffef\u3000\u00a0\u202f\u2009…‐‑]")
_LOOSE_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Accents that make no letter with what they stand on."""
_ADDRESS = re.compile(
    r"https?\b|hxxps?|\bwww\b|\bftp\b|\bmailto\b|\bjavascript\b|[^\W_]{2,}\.[^\W\d_]{2,}|\d+(?:\.\d+){2,}"
    r"|\b(?:dot|punkt|point|punto)\s(?:com|org|net|io|de|fr|es|cn|ai)\b|&\w+;|\(\)|::",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"\+\d[\d\s-]{6,}|\b\d{3}-\d{3,4}\b|\(\d{3}\)\s?\d|(?=[^\s\d]*\d)[A-Za-z0-9]{16,}"
)
"""Numbers to call, and what looks like an account."""
_ORDERS = re.compile(
    r"\b(?:ignor(?:e|iere|ez|a|ar)|disregard|forget|override|vergiss|oublie[rz]?|olvid[ae])\b.{0,60}"
    r"\b(?:previous|prior|above|earlier|instructions?|rules|prompts?|vorherig\w*|anweisung\w*|"
    r"précédent\w*|consignes?|anterior\w*|instrucciones)\b"
    r"|\b(?:system|developer)\s(?:prompt|message|instructions?)\b|\bprompts?\b|\bas requested\b"
    r"|\b(?:click|tap|scan|subscribe|sign up|log in|call now|download (?:now|here|it)|install now|"
    r"visit (?:our|the|this|us)|follow (?:us|this|the)|see (?:our|the|this) (?:link|site|website|page)|"
    r"read more|learn more|find out more|buy now|act now|send (?:us|money|bitcoin|your)|"
    r"klicke?n? sie|hier klicken|abonniere\w*|cliquez|abonnez|inscrivez|haga clic|haz clic|suscr[ií]\w*)\b"
    r"|\b(?:readers?|users?|customers?|subscribers?|everyone|everybody|anyone)\s(?:should|must|need to|"
    r"have to|(?:are|is) (?:asked|urged|advised|invited|encouraged|required) to)\b"
    r"|点击|點擊|扫码|掃碼|关注我们|訂閱|订阅|忽略|无视|無視|指令|提示词|下载",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"^(?:please|visit|click|read|see|note|ignore|forget|follow|buy|call|send|reply|open|go|share|subscribe|"
    r"sign|donate|download|install|write|answer|respond|say|tell|print|output|remember|check|contact|"
    r"warning|attention|important|act|enter|type|copy|paste|run|execute|use|stop|do|don|let|make sure|"
    r"bitte|besuche\w*|lies|lesen sie|klick\w*|schreib\w*|achtung|"
    r"veuillez|visitez|lisez|cliquez|écrivez|attention|"
    r"por favor|visite|lea|haga|escriba|atención|atencion)\b|^(?:请|請|注意|警告)",
    re.IGNORECASE,
)
_WRITER = re.compile(
    r"\b(?:myself|we|our|ours|ourselves|you|your|yours|yourself)\b|(?-i:\b(?:I|[Mm]e|[Mm]y|[Uu]s)\b)"
    r"|\b(?:as an? (?:ai|assistant|language model|llm)|language model|chatbot here|ai assistant)\b"
    r"|\b(?:here(?:'s| is| are)|sure|certainly|okay|sorry|apolog\w+|cannot help|unable to)\b"
    r"|\b(?:summary|summar(?:ise|ize)\w*|zusammenfassung|résumé|resumen|the (?:provided )?sources?|"
    r"(?:the|these) (?:provided )?(?:texts?|articles?)|source \d|end of source|knowledge cutoff|training data)\b"
    r"|摘要|作为AI|作為AI|语言模型|語言模型|总结如下",
    re.IGNORECASE,
)
_WRITER_BY_LANGUAGE = {
    "de": r"\b(?:ich|mir|mich|mein\w*|wir|uns|unser\w*|du|dir|dich|dein\w*|euch|euer|sprachmodell)\b"
    r"|(?-i:(?<!^)\bSie\b|\bIh(?:nen|re?[mnrs]?)\b)",
    "fr": r"\b(?:je|moi|mon|ma|mes|nous|notre|nos|vous|votre|vos|tu|toi|ton|tes)\b|\bj['’]|\bm['’]",
    "es": r"\b(?:yo|mí|mi|mis|nosotros|nosotras|nuestr\w*|usted|ustedes|tú|tu|tus|vosotros)\b",
    "zh": r"我|咱|你|您",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of an answer, and in a word why it is not shown; `fault` is "" where it is."""

    sentence: str
    fault: str


def verified(answer: str, sources: Sequence[Source]) -> str:
    """Return the sentences of an answer that may be shown, at most three; "" when none may."""
    kept: list[str] = []
    room = MOST_CHARACTERS
    for judged in judge(answer, sources):
        gap = "" if not kept or kept[-1].endswith(("。", "！", "？")) else " "
        cost = len(gap) + len(judged.sentence)
        if judged.fault or judged.sentence in kept or cost > room:
            continue
        kept += [gap, judged.sentence] if gap else [judged.sentence]
        room -= cost
        if sum(1 for each in kept if each != " ") == MOST_SENTENCES:
            break
    return "".join(kept)


def judge(answer: str, sources: Sequence[Source]) -> list[Judged]:
    """Return each sentence of an answer with what is wrong with it."""
    if not sources:
        return []
    grounds = Grounds(sources)
    answer = _THOUGHTS.sub("", answer[: 10 * _READ])[:_READ]
    if grounds.language == "fr":  # whose marks stand apart from what they enclose
        answer = _APART.sub(lambda found: found[0].strip(), answer)
    return [
        Judged(sentence, _form_fault(sentence, grounds.language) or grounds.fault(sentence))
        for line in _WRAPPED.sub(r"\1 ", answer).splitlines()
        for sentence in sentences(visible(_BULLET.sub("", line, count=1)))
    ]


def _form_fault(sentence: str, language: str) -> str:
    """Say in a word what keeps a sentence from being plain news, whatever it says."""
    if len(sentence) > MOST_CHARACTERS:
        return "long"
    if not all(map(_is_plain, sentence)):
        return "markup"
    text = unicodedata.normalize("NFKC", sentence)
    if _ADDRESS.search(text) or _REACHED.search(text):
        return "address"
    if not _END.search(sentence) or _is_short(sentence) or _begins_small(sentence):
        return "unfinished"
    outside = quotations(sentence)[1]
    if _ORDERS.search(text) or _IMPERATIVE.search(text):
        return "instruction"
    own = _WRITER_BY_LANGUAGE.get(language, "")
    if _WRITER.search(outside) or (own and re.search(own, outside, re.IGNORECASE)):
        return "writer"
    return ""


def _is_plain(char: str) -> bool:
    """Tell whether a character is a letter, a digit or one of the marks of plain text.

    One that only looks like another, as a raised digit does, is not.
    """
    if char in _PLAIN_MARKS:
        return True
    if _LOOSE_MARK.match(char):
        return False
    if unicodedata.normalize("NFKC", char) != char and not _SAME_WIDTH.match(char):
        return False
    return unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"}


def _begins_small(sentence: str) -> bool:
    """Tell whether it begins with a small letter, as a piece of a sentence or a careless one does."""
    return next((char.islower() for char in sentence if char.isalnum()), False)


def _is_short(sentence: str) -> bool:
    cjk = len(re.findall(f"[{CJK}]", sentence))
    words = len(re.findall(rf"(?:(?![{CJK}])[^\W_])+", sentence))
    return cjk < _LEAST_CJK and words + cjk // 2 < _LEAST_WORDS
