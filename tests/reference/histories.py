"""Random histories: publishers that do anything publishers have been seen to do, visit after visit.

A history is drawn from its seed alone. It remembers for ever which entries were in a body that was
served with success, and learns from the monitor's log which of these visits were stored: what was
on its way when a process was killed is no loss while it is still in the document.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from tests.reference.clock import BEGIN, HOUR, MINUTE
from tests.reference.documents import CONTENT_TYPES, Format, Head, write
from tests.reference.log import Answer, Fields
from tests.reference.publisher import Item, item
from tests.reference.sites import PATH, http_date, matches

Ids = Literal["stable", "addresses", "shared", "none", "patchy", "churning", "linkless"]
"""What its guids are: kept for life, the entries' addresses, one for all, missing, missing here and
there, changed now and then; "linkless" has neither guids nor links."""

FORMATS: tuple[Format, ...] = ("rss", "atom", "json")


def marker_of(number: int) -> str:
    """Name a history with letters alone."""
    return "h" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}")


class History:
    """One publisher and its site, as `tests.reference.sites.Site`.

    `required` are the entries that must be in the store, `deeds` what happened, visit by visit.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.marker = marker_of(number)
        self.chance = random.Random(number)
        self.ids: Ids = self.chance.choice(
            ["stable", "addresses", "shared", "none", "patchy", "churning", "churning", "linkless"]
        )
        # Atom and JSON Feed ask for an id; a missing one is RSS's affair.
        without = self.ids in {"none", "patchy", "linkless"}
        self.format: Format = "rss" if without else self.chance.choice(FORMATS)
        self.titles = self.chance.choice(["own", "own", "alike", "none" if without else "own"])
        self.scheme = "http"
        self.offers = self.chance.choice(["both", "etag", "modified", "none"])
        self.keep = self.chance.randint(2, 7)
        self.written: list[Item] = []
        self.shown: list[Item] = []
        self.hidden: list[Item] = []
        self.trouble = ""
        self.campaign = 0
        self.repeated = 99
        self.version = 0
        self.changed_at = BEGIN
        self.pending: frozenset[int] = frozenset()
        self.required: set[int] = set()
        self.deeds: list[str] = []

    @property
    def host(self) -> str:
        """The host of its site."""
        return f"{self.marker}.example"

    def happen(self, now: datetime) -> None:
        """Let some things happen before the next visit."""
        self.pending = frozenset()
        self.trouble = ""
        deeds = self._draw() if self.written else ["add", "add", "add"]
        for deed in deeds:
            getattr(self, f"_{deed}")(now)
        self.deeds.append("+".join([*deeds, self.trouble]))
        if deeds:
            self.version += 1
            self.changed_at = now

    def stored(self) -> None:
        """Hear from the monitor that it has stored what it was served last."""
        self.required |= self.pending

    def answer(self, target: str, fields: Fields, now: datetime) -> Answer:
        """Answer as the history has it."""
        if target != PATH:
            return Answer(status=404)
        if self.trouble in {"500", "429", "404"}:
            return Answer(status=int(self.trouble), body=b"<html>not now</html>")
        if self.trouble == "reset":
            return Answer(status=200, ending="reset")
        head: list[tuple[bytes, bytes]] = [(b"Date", http_date(now))]
        if self.trouble == "page":
            html = b"<html><head><title>Welcome</title></head><body>Hello</body></html>"
            return Answer(status=200, fields=(*head, (b"Content-Type", b"text/html")), body=html)
        etag = b'"%d"' % self.version if self.offers in {"both", "etag"} else None
        modified = http_date(self.changed_at) if self.offers in {"both", "modified"} else None
        head += [
            (name, value)
            for name, value in ((b"ETag", etag), (b"Last-Modified", modified))
            if value
        ]
        if matches(fields, etag, modified):
            return Answer(status=304, fields=tuple(head))
        return self._document(head)

    def _document(self, head: list[tuple[bytes, bytes]]) -> Answer:
        listed = [self._as_sent(each) for each in self.shown]
        if self.repeated < len(listed):
            listed.append(listed[self.repeated])
        body = write(
            self.format, Head(title=f"History {self.marker}", site=f"https://{self.host}/"), listed
        )
        entries = frozenset(each.number for each in self.shown)
        if self.trouble != "cut":
            self.pending = entries
        return Answer(
            status=200,
            fields=(*head, (b"Content-Type", CONTENT_TYPES[self.format].encode())),
            body=body,
            ending="cut" if self.trouble == "cut" else "whole",
            feed=True,
            entries=entries,
        )

    def _as_sent(self, each: Item) -> Item:
        """Write the addresses as the site now does."""
        link = each.link.replace("https:", f"{self.scheme}:")
        if link and self.campaign:
            link += f"?utm_source=rss&utm_campaign={self.campaign}"
        guid = link if self.ids == "addresses" else each.guid
        return replace(each, link=link, guid=guid)

    def _draw(self) -> list[str]:
        draw = self.chance.random()
        if draw < 0.15:
            return []  # nothing happens: a 304, or the same body
        common = [
            *["add"] * 4, *["edit"] * 2, "retitle", "reorder", "redate", "remove", "bring_back", "shift",
            "repeat", "secure", "campaign",
        ]  # fmt: skip
        deeds = self.chance.choices(common, k=self.chance.randint(1, 3))
        if self.ids == "linkless":
            # Its text is all there is to know an entry by.
            deeds = [deed for deed in deeds if deed not in {"edit", "retitle"}]
        if self.ids == "addresses":
            # A guid that is another one with each campaign is a guid that changes.
            deeds = [deed for deed in deeds if deed != "campaign"]
        if self.ids == "churning" and draw > 0.6:
            deeds.append("change_ids")
        if draw > 0.96:
            deeds.append("flood")
        if self.chance.random() < 0.15:
            self.trouble = self.chance.choice(["500", "429", "404", "reset", "page", "cut"])
        return deeds

    def _add(self, now: datetime) -> None:
        self._write(self.chance.randint(1, 3), now)

    def _flood(self, now: datetime) -> None:
        self._write(self.chance.randint(15, 40), now, keep=60)

    def _write(self, count: int, now: datetime, keep: int = 0) -> None:
        for _ in range(count):
            number = len(self.written)
            made = item(self.marker, number, now - self.chance.randint(1, 90) * MINUTE)
            if self.ids == "shared":
                made = replace(made, guid=f"urn:{self.marker}:all")
            elif self.ids in {"none", "linkless"} or (
                self.ids == "patchy" and self.chance.random() < 0.5
            ):
                made = replace(made, guid="")
            if self.ids == "linkless":
                made = replace(made, link="")
            if self.titles != "own":
                made = replace(made, title="Daily briefing" if self.titles == "alike" else "")
            self.written.append(made)
            self.shown.insert(0, made)
        self.shown = self.shown[: max(keep, self.keep)]

    def _edit(self, now: datetime) -> None:
        """Edit a text, or the end of a title."""
        at = self.chance.randrange(len(self.shown))
        edited = self.shown[at]
        if self.chance.random() < 0.5:
            edited = replace(
                edited, text=f"{edited.text} Corrected {self.version} times.", updated=now
            )
        else:
            edited = replace(edited, title=f"{edited.title} (updated)", updated=now)
        self.shown[at] = edited

    def _retitle(self, now: datetime) -> None:
        """Write another headline altogether, under the same guid and address."""
        at = self.chance.randrange(len(self.shown))
        self.shown[at] = replace(
            self.shown[at], title=f"What nobody expected {self.version}", updated=now
        )

    def _repeat(self, now: datetime) -> None:
        """List an entry twice from now on."""
        self.repeated = self.chance.randrange(8)

    def _secure(self, now: datetime) -> None:
        """Move all addresses to https."""
        self.scheme = "https"

    def _campaign(self, now: datetime) -> None:
        """Add tracking parameters to all addresses."""
        self.campaign = self.version

    def _reorder(self, now: datetime) -> None:
        self.chance.shuffle(self.shown)

    def _redate(self, now: datetime) -> None:
        self.shown = [replace(each, published=now, updated=now) for each in self.shown]

    def _remove(self, now: datetime) -> None:
        if len(self.shown) > 2:
            self.hidden.append(self.shown.pop(self.chance.randrange(len(self.shown))))

    def _bring_back(self, now: datetime) -> None:
        if self.hidden:
            self.shown.append(self.hidden.pop())

    def _shift(self, now: datetime) -> None:
        """Serve an older page in place of the first one."""
        older = self.written[-self.keep - 3 : -3]
        if len(older) > 1:
            shown = {each.number: each for each in (*self.hidden, *self.shown)}
            self.hidden = [
                each for each in shown.values() if each.number not in {o.number for o in older}
            ]
            self.shown = [shown.get(each.number, each) for each in reversed(older)]

    def _change_ids(self, now: datetime) -> None:
        """Give new guids to all that is shown, as a new publishing system does."""
        self.shown = [
            replace(each, guid=f"tag:{self.version}:{each.number}") for each in self.shown
        ]


def until_all_are_due() -> timedelta:
    """Return a wait after which every feed is due, whatever came of its last visit: a day and a bit."""
    return 28 * HOUR
