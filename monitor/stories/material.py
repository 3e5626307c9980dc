"""What a story has gained that is worth telling again.

A story goes on when an entry comes, is edited or is withdrawn. Material is what none of its headlines said
before: a figure, a date, a name; the first official source; a new independent outlet of tier 1; twice as many
independent outlets; another headline over an entry that was told already; an entry taken back. A copy of
a text adds nothing but, where it stands at an official source, that source.

The entry a story opens with is its beginning, not a change; what came before `since` is what is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from monitor.model.change import Change, ChangeKind, Telling
from monitor.stories.features import bare_title, folded_words
from monitor.stories.figures import Date, Figure, figures_and_dates
from monitor.stories.folding import fold, is_cjk
from monitor.stories.headline_names import headline_names
from monitor.stories.official import is_official

Names = Callable[[str, str], Mapping[str, str]]
"""Returns the names in a headline, given its language: what each stands for, and as it is written."""

_MonthDay = tuple[int | None, int | None]

_BEST_TIER = 1

_LEAD = 600
"""Characters of an entry's text in which a name is told before a headline has it."""

_SHOWN = 4
"""Figures, dates or names that one change tells at most."""


def material_changes(
    members: Sequence[Telling], since: datetime, names: Names = headline_names
) -> tuple[Change, ...]:
    """Return what the entries of a story added at or after `since`, in the order of time.

    The order of `members` does not matter.
    """
    happened = sorted(
        (event for member in members for event in _events(member)),
        key=lambda event: (event.at, event.of.entry, event.number),
    )
    opening = next((event for event in happened if event.of.copy_of is None), None)
    known = _Known()
    changes: list[Change] = []
    for event in happened:
        told = event.at >= since and event is not opening
        changes += known.learn(event, names, told=told)
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Event:
    """An entry that came, was edited (`before` is its former title) or was withdrawn."""

    at: datetime
    of: Telling
    number: int
    kind: Literal["came", "edited", "withdrawn"]
    title: str = ""
    before: str = ""


def _events(member: Telling) -> Iterator[_Event]:
    titles = [*(each.title for each in member.former), member.title]
    yield _Event(member.first_seen_at, member, 0, "came", titles[0])
    for number, former in enumerate(member.former, 1):
        title, before = titles[number], titles[number - 1]
        if folded_words(title) != folded_words(before):
            yield _Event(former.until_at, member, number, "edited", title, before)
    if member.withdrawn_at is not None:
        yield _Event(member.withdrawn_at, member, len(titles), "withdrawn")


@dataclass(slots=True)
class _Known:
    """What the headlines of a story have said so far.

    `kinds` of each figure there was, the latest that `counted` the same things, the `years` of each
    day and month: a long story has many, so that none is looked for among all.
    """

    kinds: defaultdict[Decimal, set[str]] = field(default_factory=lambda: defaultdict(set))
    counted: dict[str, Figure] = field(default_factory=dict)
    years: defaultdict[_MonthDay, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    names: set[str] = field(default_factory=set)
    headlines: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    outlets: set[str] = field(default_factory=set)
    told_outlets: int = 0
    official: bool = False

    def learn(self, event: _Event, names: Names, *, told: bool) -> Iterator[Change]:
        """Take an event in; yield what of it is new, where it is to be `told`."""
        found = list(self._new(event, names))
        if not told:
            self.told_outlets = len(self.outlets)
            return
        for kind, text in found:
            yield Change(kind, event.at, event.of.entry, text)

    def _new(self, event: _Event, names: Names) -> Iterator[tuple[ChangeKind, str]]:
        member = event.of
        copy = member.copy_of is not None
        if event.kind == "withdrawn":
            if not copy:
                yield "withdrawn", f"withdrawn: {member.outlet} shows “{member.title}” no more"
            return
        first_official = (
            event.kind == "came" and not self.official and is_official(member.host, member.tags)
        )
        if first_official:
            self.official = True
            yield "official", f"first official source: {member.outlet}"
        if copy:
            return
        if event.kind == "edited":
            yield "headline", f"headline changed: “{event.title}”, before “{event.before}”"
        title = bare_title(event.title, member.outlet)
        yield from self._new_in_headline(title, member.language, names)
        if event.kind == "came":
            self.leads.append(_spaced(member.lead[:_LEAD]))
            yield from self._new_outlet(member, official=first_official)

    def _new_in_headline(
        self, title: str, language: str, names: Names
    ) -> Iterator[tuple[ChangeKind, str]]:
        figures, dates = figures_and_dates(title, language)
        new_figures = [each for each in figures if self._is_new(each)]
        new_dates = [each for each in dates if not self._is_said(each)]
        named = names(title, language)
        new_names = sorted(
            shown
            for name, shown in named.items()
            if name not in self.names and not self._is_named(shown)
        )
        if new_figures:
            yield "figure", _listed([self._against(each) for each in new_figures], "new figure")
        if new_dates:
            yield "date", _listed([each.shown for each in new_dates], "new date")
        if new_names:
            yield "name", _listed(new_names, "new name")
        for figure in figures:
            self.kinds[figure.value].add(figure.kind)
            if figure.noun:
                self.counted[figure.noun] = figure
        for date in dates:
            year, month, day = date.when
            for said in {(month, day), (month, None), (None, day), (None, None)}:
                self.years[said].add(year)
        self.names |= named.keys()
        self.headlines.append(_spaced(title))

    def _new_outlet(self, member: Telling, *, official: bool) -> Iterator[tuple[ChangeKind, str]]:
        name = fold(member.outlet)
        # One that was just told as the first official source is not told twice.
        if member.tier == _BEST_TIER and name not in self.outlets and not official:
            yield "trusted", f"new outlet of tier 1: {member.outlet}"
        self.outlets.add(name)
        count = len(self.outlets)
        if count >= 2 * self.told_outlets > 0:
            yield "outlets", f"{count} independent outlets, not {self.told_outlets}"
            self.told_outlets = count

    def _is_new(self, figure: Figure) -> bool:
        if figure.same_in(self.kinds.get(figure.value, ())):
            return False
        # "Two" may be anything; it is news where so many of the same were told otherwise.
        return not figure.spelled or self._rival(figure) is not None

    def _is_said(self, date: Date) -> bool:
        return date.said_in(self.years.get(date.when[1:], ()))

    def _rival(self, figure: Figure) -> Figure | None:
        """Return the latest other figure of the same: so many of the same things."""
        return self.counted.get(figure.noun) if figure.noun else None

    def _against(self, figure: Figure) -> str:
        rival = self._rival(figure)
        return f"{figure.shown}, not {rival.amount}" if rival else figure.shown

    def _is_named(self, name: str) -> bool:
        words = folded_words(name)
        if not words:
            return True
        wanted = " ".join(words)
        if not is_cjk(wanted):
            wanted = f" {wanted} "
        # Who was named in the text before is no news, though it is in a headline for the first time.
        return any(wanted in told for told in (*self.headlines, *self.leads))


def _spaced(text: str) -> str:
    return f" {' '.join(folded_words(text))} "


def _listed(found: Sequence[str], what: str) -> str:
    found = list(dict.fromkeys(found))
    shown = "; ".join(found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    if len(found) == 1 and ", not " in shown:
        return shown
    return f"{what}{'s' if len(found) > 1 else ''}: {shown}{more}"
