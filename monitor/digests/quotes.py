"""What people said, word for word: direct speech in stored text with the name of who speaks.

Little is taken and that is certain: whole sentences between quotation marks, 8 to 60 words (15 to 120
characters of Chinese), with a name and a verb of saying right beside them. Text and speaker are
cut out of the stored text, never put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import category

from monitor.digests.entry_texts import link, outlet
from monitor.digests.speakers import speaker_of
from monitor.digests.speakers_chinese import chinese_speaker_of
from monitor.digests.speech import Spoken, spoken
from monitor.digests.speech_words import NO_NAME, ROLES
from monitor.model.edition import Quote
from monitor.model.entry import Entry
from monitor.stories.folding import CJK, fold, raw_words
from monitor.stories.terms import terms

WORDS = (8, 60)
CHARACTERS = (15, 120)
"""How long a quotation is; the second in Chinese, where words are not set apart."""

_LONGEST_TEXT = 30_000
_MOST_TEXT = 1_000_000
_LONGEST_QUOTE = 600
_MOST_CAPITALS = 0.6
_MOST_FOUND = 30
_WITHIN_WORDS = ("Cf", "Mn", "Mc")
_CJK: re.Pattern[str] = re.compile(f"[{CJK}]")
_WORD = re.compile(r"[^\W_][\w’'\-]*")
_UNFIT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|https?:|www\.|\[…|\[\.\.|\(…"
)


class _Found(NamedTuple):
    """A quotation in one text of an entry, its speaker, and whether a word that matched is in it."""

    text: str
    speaker: str
    matched: bool


def quotes(entries: Sequence[Entry], limit: int) -> tuple[Quote, ...]:
    """Return at most `limit` quotations from entries, which come in the order of importance.

    One of each story and one of each speaker. Of a story those with words that made it match come
    first, then those of its more important entries. Of very long texts only the beginning is read, and of
    very many texts the first million characters.
    """
    if limit < 1:
        return ()
    stories: dict[int, list[Entry]] = {}
    for entry in entries:
        stories.setdefault(-entry.id if entry.story is None else entry.story, []).append(entry)
    taken: list[Quote] = []
    speakers: set[str] = set()
    left = _MOST_TEXT
    for members in stories.values():
        best = None
        for entry in members:
            left -= len(entry.title) + min(len(entry.text), _LONGEST_TEXT)
            if left < 0:
                break
            for found in _quotations(entry):
                if _key(found.speaker) in speakers:
                    continue
                if best is None or (found.matched and not best[1].matched):
                    best = entry, found
            if best is not None and best[1].matched:
                break
        if best is not None:
            entry, found = best
            speakers.add(_key(found.speaker))
            taken.append(
                Quote(
                    text=found.text,
                    speaker=found.speaker,
                    outlet=outlet(entry),
                    url=link(entry),
                    entry=entry.id,
                    story=entry.story or 0,
                    language=entry.language,
                )
            )
            if len(taken) == limit:
                break
    return tuple(taken)


def _quotations(entry: Entry) -> Iterator[_Found]:
    whole = f"{entry.title[:_LONGEST_TEXT]}\n{entry.text[:_LONGEST_TEXT]}"
    for field, text in (("title", entry.title), ("text", entry.text)):
        matched = [
            (each.span.start, each.span.end)
            for match in entry.matches
            for each in match.evidence
            if each.span is not None and each.span.field == field
        ]
        text = text[:_LONGEST_TEXT]
        for start, end, speaker in spoken_by(text, entry.language, whole):
            inside = any(start <= one and other <= end for one, other in matched)
            yield _Found(text[start:end], speaker, inside)


def spoken_by(text: str, language: str, whole: str = "") -> Iterator[tuple[int, int, str]]:
    """Yield where each quotation stands in a text, and its speaker, in order.

    `whole` is all that is known of the entry: a surname alone is a name where that has it in full.
    """
    count = 0
    for one in spoken(text):
        if count == _MOST_FOUND:
            return
        if not _is_speech(text, one):
            continue
        if _is_cjk(text[one.start : one.end]):
            found = chinese_speaker_of(text, one)
        else:
            found = speaker_of(text, one)
        if found is None or category(text[found[1] : found[1] + 1] or " ") in _WITHIN_WORDS:
            continue
        count += 1
        speaker = _full_name(text[slice(*found)], language, whole or text)
        if speaker:
            yield one.start, one.end, speaker


def _is_cjk(text: str) -> bool:
    return len(_CJK.findall(text)) * 2 > len(text)


def _is_speech(text: str, one: Spoken) -> bool:
    """Tell whether a stretch is a whole sentence of the right length, and no title or slogan."""
    if one.end - one.start > _LONGEST_QUOTE:
        return False
    quoted = text[one.start : one.end]
    if _UNFIT.search(quoted):
        return False
    if _is_cjk(quoted):
        return CHARACTERS[0] <= len(_CJK.findall(quoted)) <= CHARACTERS[1]
    words = _WORD.findall(quoted)
    if not WORDS[0] <= len(words) <= WORDS[1]:
        return False
    first = quoted.lstrip("¿¡")[:1]
    if not (first.isupper() or first.isdigit()):
        return False  # a piece of a sentence: the rest of it is not theirs
    long = [word for word in words if len(word) > 3]
    capitals = sum(1 for word in long if word[0].isupper())
    return capitals <= _MOST_CAPITALS * max(1, len(long))


def _full_name(name: str, language: str, whole: str) -> str:
    """Return a name as it is shown, "" for what is none: a place, a paper, a surname nobody knows."""
    if _is_cjk(name):
        return name
    found = terms(name, language)
    kinds = {term.term.partition(":")[0] for term in found if term.kind == "name"}
    if "media" in kinds:
        return ""
    if len(raw_words(name)) > 1:
        return "" if kinds == {"place"} and len(found) == 1 else name
    if kinds & {"person", "firm", "body"}:
        return name
    return "" if kinds else _in_full(name, whole)


def _in_full(surname: str, whole: str) -> str:
    """Return the one name in full that ends in a surname; "" where there are none, or several."""
    pattern = rf"(?<![\w.’'-])(?:[^\W\d_][\w’'-]+ ){{1,2}}{re.escape(surname)}\b(?![’'\w-])"
    people = set()
    for match in re.finditer(pattern, whole):
        words = match[0].split()
        # Of "Interior Minister Lee" nothing is left that is more than the surname.
        unfit = [
            place
            for place, word in enumerate(words)
            if not word[0].isupper() or word.casefold() in NO_NAME | ROLES
        ]
        kept = words[unfit[-1] + 1 :] if unfit else words
        if len(kept) > 1:
            people.add(" ".join(kept))
    return people.pop() if len(people) == 1 else ""


def _key(name: str) -> str:
    return fold(name).split()[-1] if not _is_cjk(name) else name
