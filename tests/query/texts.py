"""Queries and entries made up by hypothesis: everyday ones, odd ones, and mixtures.

A query and the entries it is held against draw their words from one small pool of related
spellings, so that they meet often.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from monitor.model.entry import Enclosure
from monitor.model.topic import WordList
from monitor.query import Document
from monitor.query.lists import Lists

Pool = tuple[str, ...]

POOLS: tuple[Pool, ...] = (
    ("chip", "chips", "CHIPS", "Chip's", "semiconductors", "semiconductor", "H20", "h-20"),
    ("export-control", "Export-Controls", "exports", "control", "controlled", "Exportkontrollen"),
    ("entity", "entities", "Entity", "list", "lists", "ﬁnance", "cafe\u0301s", "café"),
    ("policies", "policy", "licences", "licensing", "licensed", "license", "l’IA", "don’t"),
    ("U.S.", "US", "us", "U.S.A.", "China’s", "chips'", "J.D.", "c++", "C#", "C"),
    ("3nm", "3 nm", "3-nm", "R1", "R-1", "GPT-5", "GPT5", "GPT-4o", "gpt", "5", "½", "word¹"),
    (
        "Exportkontrolle",
        "Gesetzes",
        "Gesetz",
        "Nvidias",
        "Behörden",
        "behorde",
        "STRASSE",
        "straße",
    ),
    ("contrôlées", "controle", "règlements", "puces", "européenne", "européen", "IA", "d’IA"),
    ("exportaciones", "exportación", "restriccion", "restricciones", "leyes", "ley", "chips"),
    (
        "DeepSeek模型",
        "DeepSeek",
        "芯片",
        "出口管制",
        "管制",
        "片出",
        "データ",
        "人工知能",
        "반도체",
    ),
    ("ＡＩ", "AI", "ai", "AI+", "İstanbul", "ze\u200bro", "zero", "हिन्दी", "ёлка", "елка", "co₂"),
    ("ℵ", "𝒜𝐈", "\U00020000\U00020001", "ꭰ", "ₐ", "\ud800x", "x\x00y", "a_b", "ა", "é", "¼x"),
)

LISTS = Lists(
    {
        "chips": WordList("chips", ("H20", "=US", "semicond*", "entity list", "@more")),
        "more": WordList("more", ("GPT-5", "芯片", "=U.S.", "policies")),
    },
    {
        "words": "chip OR @more OR controlled OR 管制",
        "both": "saved:words (policy OR Gesetz OR -lang:zh) NOT title:(us OR ai)",
        "near": "topic:chips OR since:7d exports OR saved:words NEAR/5 control",
    },
)

_SEPARATORS = [" ", " ", " ", " ", ", ", "-", ". ", "/", "\n", "’s ", "", "(", "“", "'"]


@cache
def texts(pool: Pool, most: int = 12) -> st.SearchStrategy[str]:
    """Some words with some signs between them."""
    word = st.one_of(*[st.sampled_from(pool)] * 5, st.text(min_size=1, max_size=5))
    piece = st.tuples(word, st.sampled_from(_SEPARATORS)).map("".join)
    return st.lists(piece, max_size=most).map("".join)


@cache
def documents(pool: Pool) -> st.SearchStrategy[Document]:
    """Entries in several languages, some with what metadata clauses ask for."""
    return st.builds(
        Document,
        title=texts(pool, 5),
        text=texts(pool),
        language=st.sampled_from(["", "en", "de", "fr-CA", "es", "zh", "it"]),
        outlet=st.sampled_from(["", "Reuters", "nist.gov"]),
        feed_title=st.sampled_from(["", "Chip News"]),
        tags=st.sampled_from([(), ("AI",), ("chips", "policy")]),
        topics=st.sampled_from([(), ("chips",), ("export-controls", "chips")]),
        enclosures=st.sampled_from([(), (Enclosure("https://a.example/x.mp3", "audio/mpeg"),)]),
    )


@cache
def queries(pool: Pool) -> st.SearchStrategy[str]:
    """Nearly always valid queries; filter out the few that are not."""
    word = st.sampled_from(pool)
    bare = st.sampled_from([one for one in pool if " " not in one])
    open_ = st.builds(lambda one, cut: f"{one[: max(4, cut)]}*", bare, st.integers(4, 12))
    term = st.one_of(
        bare,
        bare,
        open_,
        st.builds('"{} {}"'.format, word, word),
        st.builds('"{} {}"'.format, word, open_),
        st.builds('"{} {}"~{}'.format, word, word, st.integers(6, 12)),
        st.builds("={}".format, bare),
        st.sampled_from(["@chips", "@more", "saved:words"]),
    )
    side = st.one_of(term, st.builds("({} OR {})".format, term, term))
    sign = st.sampled_from(["NEAR", "NEAR", "ONEAR"])
    near = st.builds("{} {}/{} {}".format, side, sign, st.integers(1, 12), side)
    meta = st.sampled_from(
        [
            "outlet:reuters",
            "tag:(ai OR chips)",
            "topic:*",
            "topic:chips",
            "lang:de",
            "since:7d",
            "has:enclosure",
            "feed:chip",
            "after:2025-01-01",
            "-lang:zh",
            "is:starred",
            "-is:sent",
            "before:2026-11",
            "published:>=2026-01",
            "published:7d",
            "-published:12h",
            "domain:nist.gov",
            "author:smith",
            "url:/news/",
            "type:audio",
            "on:2026-11",
            "lead:@more",
            "saved:both",
            "-saved:(near OR words)",
            'saved:"near"',
        ]
    )
    scope = st.sampled_from(["title", "lead", "body"])
    return st.recursive(
        st.one_of(*[term] * 8, near, near, meta),
        lambda inner: st.one_of(
            st.builds("{} {}".format, inner, inner),
            st.builds("{} OR {}".format, inner, inner),
            st.builds("({}) AND {}".format, inner, inner),
            st.builds("{} -{}".format, inner, term),
            st.builds("{} NOT ({})".format, inner, inner),
            st.builds("{}:{}".format, scope, term),
            st.builds("{}:({} OR {})".format, scope, term, near),
        ),
        max_leaves=6,
    )


@st.composite
def held(draw: st.DrawFn) -> tuple[str, list[Document]]:
    """A query and a few entries from the same pool."""
    pool = draw(st.sampled_from(POOLS))
    return draw(queries(pool)), draw(st.lists(documents(pool), min_size=1, max_size=4))


all_texts = st.one_of([texts(pool) for pool in POOLS])
all_queries = st.one_of([queries(pool) for pool in POOLS])

_SIGNS = [
    *"\"“”()*=-+~:@&|!/'?[]^ \n\t.,。（）：　芯é\x00\ud800\u200b𝒜",
    *["AND", "OR", "NOT", "NEAR", "NEAR/3", "ONEAR", "title:", "lang:", "outlet:", "since:", "~5"],
    *["@chips", "saved:", "saved:both", "a", "bc", "semicon*", " ", " ", " "],
    *["\\", "W/5", "AROUND(3)", "NEAR(", "allintitle:", "source:", "_exists_:", "date:", "–", "^2"],
    *["[2025-01 TO 2025-02]", "[* TO", "]", "{", "near5", "/s", "site:", ".*", "author", "T10:00Z"],
]
messes = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(_SIGNS), max_size=24).map("".join)
)
"""Anything a person or a cat may type."""
