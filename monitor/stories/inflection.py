"""Whether two words of one stem are one word inflected: *cut* and *cutting*, *importer* and not *important*.

A stem alone takes *custom* for *customer* and *género* for *generar*: what is left of both words
behind what they have in common must be endings of one paradigm of the language.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.stories.folding import stem

_HISSES = ("s", "x", "z", "ch", "sh", "o")
_HISSING = frozenset(("", "es", "ed", "ing"))
_DOUBLING = frozenset(("", "s", "ed", "ing"))


def _paradigms(*lines: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset("" if each == "-" else each for each in line.split()) for line in lines)


# `-` is no ending. Accents are folded away. Longer lists than grammar has: stems must agree too.
_SPANISH = _paradigms(
    "- s es",
    "o a os as",
    "or ora ores oras",
    "- a es as",
    "on ones",
    "ar o a as an amos e es en emos ara aran aria arian are aremos aron aba aban ando ado ada ados"
    " adas arse ase asen amos aste arlo arla arlos arlas",
    "er ir o e es en emos imos a as an amos era eran eria erian ere eremos ira iran iria irian ire"
    " io ieron ia ian iendo ido ida idos idas erse irse iera ieran i yo yeron yendo",
)
_PARADIGMS = {
    "en": _paradigms(
        "- s ed ing", "e es ed ing", "y ies ied ying", "is es", "an en", "ie ies ied ying"
    ),
    "de": _paradigms(
        "- e en er es em s n ern ens",
        "- en n e t st te ten et ete eten est end ende enden ender endes ern",
        "eln elt elte elten le",
        "- e er es en em ere erer eres eren ste ster stes sten",
    ),
    "es": _SPANISH,
    "fr": _paradigms(
        "- s x e es",
        "al aux ale ales",
        "eur euse eurs euses",
        "eux euse euses",
        "if ive ifs ives",
        "er ere ers eres",
        "- ne s nes",
        "er e es ent ons ez ee ees ait aient ant era erait eront eraient a erent ante antes",
        "ir it is issent issons issait issaient issant i ie ies ira irait iront iraient irent",
        "re - s ent ant ait aient u ue us ues ra rait ront raient it irent",
    ),
    "pt": (
        *_SPANISH,
        *_paradigms(
            "ao oes aos aes",
            "l is",
            "m ns",
            "ar ou am aram ava avam ara arao ado ada ados adas ando a o e em arem",
            "er ir eu iu i em e erem irem esse issem essem ermos irmos eram iram ia iam era erao ira irao ido ida idos idas endo indo a am",
        ),
    ),
}


@lru_cache(maxsize=50_000)
def inflects(word: str, written: str, language: str) -> bool:
    """Tell whether a folded word is the written one or another inflection of it."""
    if word == written:
        return True
    if stem(written, language) not in stems(word, language):
        return False
    shared = 0
    while shared < min(len(word), len(written)) and word[shared] == written[shared]:
        shared += 1
    if language not in _PARADIGMS or language == "en":
        return _is_english(word, written, shared)
    return any(
        word[cut:] in endings and written[cut:] in endings
        for cut in range(shared, max(shared - 4, 1), -1)
        for endings in _PARADIGMS[language]
    )


def _is_english(word: str, written: str, shared: int) -> bool:
    """Tell the same of English, which doubles consonants and adds *es* to hisses only."""
    for cut in range(shared, max(shared - 3, 1), -1):
        begins, both = word[:cut], {word[cut:], written[cut:]}
        if any(both <= endings for endings in _PARADIGMS["en"]):
            return True
        if both <= _HISSING and begins.endswith(_HISSES):
            return True
        doubled = begins[-1]
        if all(one in _DOUBLING or (one[:1] == doubled and one[1:] in _DOUBLING) for one in both):
            return True
    return False


@lru_cache(maxsize=50_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stems a folded word may be found under.

    The French stemmer leaves *chutent* whole, since *-ent* ends as many nouns as verbs.
    """
    own = stem(word, language)
    if language == "fr" and word.endswith("ent") and len(word) > 5 and own == word:
        return own, stem(word[:-2], language)
    return (own,)
