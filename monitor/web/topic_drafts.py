"""A topic as a form has it: read from what was sent, shown again as it was typed, faults and all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.datastructures import FormData
from starlette.requests import Request

from monitor.errors import UsageError
from monitor.model.topic import Boost, Topic
from monitor.service.topic_preview import PartFault
from monitor.settings.digests import title_of

EMPTY_ROWS = 3
"""Rows below the boosts that wait to be filled in, so that it works without JavaScript."""

MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed. `boosts` are the rows whose query is not empty; `seen` is a stamp of topics.toml.

    `step` says which button was pressed; `new` is false for a topic that is in topics.toml.
    """

    name: str = ""
    title: str = ""
    guide: str = ""
    query: str = ""
    boosts: tuple[tuple[str, str], ...] = ()
    floor: str = "1"
    seen: str = ""
    step: str = ""
    new: bool = True

    @property
    def address(self) -> str:
        """Return where the form is sent."""
        return "/topics/new" if self.new else f"/topics/{self.name}/edit"

    def topic(self) -> tuple[Topic, tuple[PartFault, ...]]:
        """Return the topic it says, and what in it is no number; those count as 1 then."""
        faults: list[PartFault] = []
        boosts = tuple(
            Boost(" ".join(query.split()), _number(points, f"boost {number}", "points", faults))
            for number, (query, points) in enumerate(self.boosts, start=1)
        )
        topic = Topic(
            name=self.name,
            title=self.title or title_of(self.name),
            query=self.query.replace("\r\n", "\n").strip(),
            guide=self.guide.replace("\r\n", "\n").strip(),
            boosts=boosts,
            floor=_number(self.floor, "floor", "the floor", faults),
        )
        return topic, tuple(faults)


def draft_of(topic: Topic, seen: str) -> Draft:
    """Return a topic of topics.toml as the form shows it."""
    return Draft(
        name=topic.name,
        title=topic.title,
        guide=topic.guide,
        query=topic.query,
        boosts=tuple((boost.query, str(boost.points)) for boost in topic.boosts),
        floor=str(topic.floor),
        seen=seen,
        new=False,
    )


async def sent(request: Request) -> Draft:
    """Return what a form sent; a dependency of routes that take one."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    queries, points = _texts(form, "boost_query"), _texts(form, "boost_points")
    points += [""] * (len(queries) - len(points))
    return Draft(
        name=_text(form, "name").strip(),
        title=" ".join(_text(form, "title").split()),
        guide=_text(form, "guide"),
        query=_text(form, "query"),
        boosts=tuple(
            (query, number.strip())
            for query, number in zip(queries, points, strict=False)
            if query.strip()
        ),
        floor=_text(form, "floor").strip() or "1",
        seen=_text(form, "seen"),
        step=_text(form, "step"),
        new=_text(form, "new") != "no",
    )


def named(draft: Draft, name: str) -> Draft:
    """Let a draft be about the topic of this name, whatever was sent."""
    return replace(draft, name=name, new=False)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _number(text: str, part: str, what: str, faults: list[PartFault]) -> int:
    written = text.strip().replace("−", "-").removeprefix("+")
    digits = written.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 7:
        return int(written)
    said = (
        f"{text.strip()[:20]!r} is not"
        if text.strip()
        else "are missing"
        if what == "points"
        else "is missing"
    )
    faults.append(PartFault(part, UsageError(f"{what} must be a whole number; {said}.")))
    return 1
