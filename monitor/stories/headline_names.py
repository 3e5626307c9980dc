"""Whom and what a headline names: the listed names in any language, others by their capitals."""

from __future__ import annotations

from monitor.stories.capitals import capitalised_names
from monitor.stories.folding import fold, raw_words
from monitor.stories.terms import terms

_TELLING = ("firm:", "person:", "body:", "product:")
"""Kinds of listed names that are news; places are in every headline, media only report."""


def headline_names(title: str, language: str) -> dict[str, str]:
    """Return the names in a headline: what each stands for, and as it is written there.

    A listed name is one thing in all its spellings; another stands for itself, folded. Of neighbours that
    make one name by their capitals the listed ones are cut off: "Google Zephyrus" is Google, and Zephyrus.
    """
    listed = [term for term in terms(title, language) if term.kind == "name"]
    found = {term.term: term.shown for term in listed if term.term.startswith(_TELLING)}
    known = {fold(word) for term in listed for word in raw_words(term.shown)}
    for name in capitalised_names(title, language):
        for rest in _unlisted(name, known):
            found[" ".join(fold(word) for word in raw_words(rest))] = rest
    return found


def _unlisted(name: str, known: set[str]) -> list[str]:
    """Return the stretches of a name between the words of listed ones, as they are written."""
    stretches: list[list[str]] = [[]]
    for part in name.split(" "):
        if known.isdisjoint(map(fold, raw_words(part))):
            stretches[-1].append(part)
        else:  # all of "Google-backed"
            stretches.append([])
    return [" ".join(stretch) for stretch in stretches if stretch]
