"""How often each topic, outlet, feed, tag, language and state occurs, with the clause that asks for it.

A count is what its clause finds among the same entries: `outlet:` looks for words in a name, so
"The Daily Courier" counts for "Courier" too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.model.facet import EntryFacts
from monitor.query.folding import forms
from monitor.query.narrowing import clause
from monitor.service import facet_labels as labels

_MOST = 40
"""Names of one kind that are looked at: more than are shown, the commonest."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One choice, and the clause that asks for it, "" when there is none."""

    value: str
    label: str
    count: int
    clause: str


def topics(facts: Sequence[EntryFacts], titles: Mapping[str, str]) -> list[Counted]:
    """Count the topics; `titles` are those of config by name."""
    found = Counter(topic for each in facts for topic in each.topics)
    return [
        Counted(name, titles.get(name, name), count, clause("topic", name))
        for name, count in found.most_common()
    ]


def outlets(facts: Sequence[EntryFacts]) -> list[Counted]:
    """Count the outlets."""
    found = Counter(each.outlet for each in facts)
    words = {name: _words(name) for name in found}
    chosen: list[Counted] = []
    for name, count in found.most_common():
        if len(chosen) < _MOST:
            count = sum(found[other] for other in found if words[name] in words[other])
        chosen.append(Counted(name, name, count, _when_few(chosen, "outlet", name)))
    return chosen


def feeds(facts: Sequence[EntryFacts]) -> list[Counted]:
    """Count the feeds, asked for by their title where no other one here has it, else by address.

    An address that may hold a secret is neither shown nor asked for.
    """
    by_url = {each.feed.url: each.feed for each in facts}
    words = {url: _words(feed.title) for url, feed in by_url.items()}
    chosen: list[Counted] = []
    for url, count in Counter(each.feed.url for each in facts).most_common():
        title, plain = by_url[url].title.strip(), _is_plain(url)
        written = ""
        if len(chosen) < _MOST:
            alone = sum(words[url] in other for other in words.values()) == 1
            # What looks like an address is looked for in the addresses.
            alone = alone and not any(title.lower() in other.lower() for other in by_url)
            alone = alone and not title.lower().startswith(("http://", "https://"))
            written = clause("feed", title) if title and alone else ""
            written = written or (clause("feed", url) if plain else "")
        if title or plain:
            chosen.append(Counted(url if plain else title, title or url, count, written))
    return chosen


def tags(facts: Sequence[EntryFacts]) -> list[Counted]:
    """Count the tags of entries and of their feeds, however they are spelled."""
    spelled: dict[tuple[str, ...], Counter[str]] = {}
    found: Counter[tuple[str, ...]] = Counter()
    for each in facts:
        if each.tags or each.feed.tags:
            keys = {_forms(tag): tag for tag in (*each.feed.tags, *each.tags)}
            found.update(keys.keys())
            for key, tag in keys.items():
                spelled.setdefault(key, Counter())[tag] += 1
    chosen: list[Counted] = []
    for key, count in found.most_common():
        tag = spelled[key].most_common(1)[0][0]
        if key:
            chosen.append(Counted(tag, tag, count, _when_few(chosen, "tag", tag)))
    return chosen


def languages(facts: Sequence[EntryFacts]) -> list[Counted]:
    """Count the languages, without their regions."""
    spelled = Counter(each.language for each in facts)
    found: Counter[str] = Counter()
    for tag, count in spelled.items():
        if tag:
            found[tag.lower().replace("_", "-").partition("-")[0]] += count
    return [
        Counted(tag, labels.language(tag), count, clause("lang", tag))
        for tag, count in found.most_common()
    ]


def states(facts: Sequence[EntryFacts]) -> list[Counted]:
    """Count what holds of entries: edited, withdrawn, sent, starred, with a file."""
    found = Counter(state for each in facts if each.states for state in each.states)
    return [
        Counted(state, labels.STATES[state], count, state) for state, count in found.most_common()
    ]


def _when_few(chosen: Sequence[Counted], name: str, value: str) -> str:
    return clause(name, value) if len(chosen) < _MOST else ""


def _is_plain(url: str) -> bool:
    """Say whether no secret can stand in the address of a feed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return "@" not in parts.netloc and not parts.query


def _words(name: str) -> str:
    return f" {' '.join(_forms(name))} "


@lru_cache(maxsize=20_000)
def _forms(text: str) -> tuple[str, ...]:
    return tuple(forms(text))
