"""Whatever happens in whatever order: each story is told, and never again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.digests.alerts import outlets_of
from monitor.errors import MonitorError
from monitor.model.ruling import Wish
from monitor.service.grouping import attach_stories
from tests.conftest import MONITOR_TOML, TOPICS_TOML
from tests.service.alert_world import DAY, MINUTE, World, an_alert, world

TOLD_OF = (
    "orchid growers in the valley",
    "lantern makers of the harbour",
    "violin schools on the hill",
    "barley traders from the coast",
)
LISTED = "{} join the entity list"
UNLISTED = "{} wait for a decision"

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), st.integers(0, 3), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("edit"), st.integers(0, 9), st.just(0), st.booleans()),
        st.tuples(st.just("merge"), st.integers(1, 5), st.integers(1, 5), st.just(True)),
        st.tuples(st.just("look"), st.integers(0, 90), st.just(0), st.just(True)),
    ),
    max_size=25,
)

numbers = count()


def a_home(folder: Path) -> Path:
    home = folder / f"home-{next(numbers)}"
    (home / "config" / "lists").mkdir(parents=True)
    (home / "config" / "monitor.toml").write_text(MONITOR_TOML)
    (home / "config" / "topics.toml").write_text(TOPICS_TOML)
    (home / "config" / "lists" / "chips.txt").write_text("chip\n")
    return home


def stories_of(desk: World, keys: list[str]) -> set[str]:
    """Return what keys are called now."""
    called = set()
    for key in keys:
        number = int(key[1:])
        if key[0] == "e":
            (entry,) = desk.services.store.entries.entries([number])
            called.add(key if entry.story is None else f"s{entry.story}")
            continue
        story = desk.services.store.stories.story(number)
        while story is not None and story.merged_into is not None:
            story = desk.services.store.stories.story(story.merged_into)
        assert story is not None
        called.add(f"s{story.id}")
    return called


class Teller:
    """Does what happens, and holds each message against those before."""

    def __init__(self, desk: World) -> None:
        self.desk = desk
        self.told: list[str] = []
        self.brought: list[tuple[int, str, int]] = []

    def bring(self, number: int, about: int, outlet: int, listed: bool) -> None:
        title = (LISTED if listed else UNLISTED).format(TOLD_OF[about])
        feed = "abc"[outlet]
        text = f"The reporter of {feed} writes text {number} of this. " * 5
        entry_id = self.desk.bring(f"k{number}", title, feed, text=text)
        self.brought.append((entry_id, feed, about))

    def edit(self, which: int, listed: bool) -> None:
        if not self.brought:
            return
        entry_id, feed, about = self.brought[which % len(self.brought)]
        title = (LISTED if listed else UNLISTED).format(TOLD_OF[about])
        (entry,) = self.desk.services.store.entries.entries([entry_id])
        self.desk.edit(entry_id, entry.guid, title, feed, text=entry.text, url=entry.url)

    def merge(self, story: int, other: int) -> None:
        # There may be no such two.
        with suppress(MonitorError):
            self.desk.services.store.rulings.rule(Wish("merge", story, (other,)), self.desk.now)

    def look(self, after: timedelta) -> None:
        self.desk.now += after
        for looked in self.desk.look():
            if looked.message is not None:
                new = list(looked.message.stories)
                assert not stories_of(self.desk, new) & stories_of(self.desk, self.told)
                self.told.extend(new)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(happened=happenings, outlets=st.integers(1, 2), cool_down=st.sampled_from(["0s", "1h"]))
def test_each_story_is_told_and_never_again(
    tmp_path_factory: pytest.TempPathFactory,
    happened: list[tuple[str, int, int, bool]],
    outlets: int,
    cool_down: str,
) -> None:
    home = a_home(tmp_path_factory.mktemp("any"))
    table = an_alert(more=f'outlets = {outlets}\ncool_down = "{cool_down}"')
    with world(home, table) as desk:
        teller = Teller(desk)
        for number, (kind, first, second, yes) in enumerate(happened):
            match kind:
                case "bring":
                    teller.bring(number, first, second, yes)
                case "edit":
                    teller.edit(first, yes)
                case "merge":
                    teller.merge(first, second)
                case _:
                    teller.look(first * MINUTE)
        attach_stories(desk.services, desk.now)
        teller.look(timedelta(0))
        teller.look(2 * DAY)
        assert desk.services.store.alerts.queue("list").found == ()
        # What only a person's merge has brought together waits for the next entry.
        merged = any(kind == "merge" for kind, *_ in happened)
        check_told(desk, teller.told, outlets, complete=not merged or outlets == 1)


def check_told(desk: World, told: list[str], outlets: int, *, complete: bool) -> None:
    """Hold what was told against what is stored now."""
    newest = desk.services.store.entries.newest_id()
    entries = desk.services.store.entries.entries(range(1, newest + 1))
    called = stories_of(desk, told)
    carried = desk.services.store.alerts.carried([each.story for each in entries if each.story])
    for entry in entries:
        if "entity list" in entry.title and complete:
            names = outlets_of(carried[entry.story or 0])
            assert f"s{entry.story}" in called or len(names) < outlets
    for key in called:
        if outlets > 1:
            assert len(outlets_of(carried[int(key[1:])])) >= outlets
