"""What the tests run in other processes, by `python -c` from the checkout's folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import sqlite_utils

from monitor.errors import UsageError
from monitor.model.ruling import Wish
from monitor.model.story import Grouped, StoryDecision, StoryEntry
from monitor.store import migrations, open_store
from tests.store.builders import NOW, match, new, outcome, record

ENTRIES = 25
"""How many entries each outcome of `write_for_ever` brings, two of which match."""

Child = subprocess.Popen[str]


def start(call: str) -> Child:
    """Run a function of this module in a process of its own; its output can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from tests.store.children import *; {call}"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def say(word: object) -> None:
    """Tell the parent; it is heard at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def write_for_ever(path: str, run: int) -> None:
    """Store outcome after outcome and say the number of each once it is stored."""
    store = open_store(Path(path))
    feed_id = store.feeds.feeds()[0].id
    number = 0
    while True:
        label = f"{run}-{number}"
        entries = [
            new(
                f"{label}-{n}",
                title=f"Licences for chips, part {label} of {n}",
                text=f"word{n} " * 60,
                matches=(match(),) if n < 2 else (),
            )
            for n in range(ENTRIES)
        ]
        brought = outcome(feed_id, *entries, body_hash=label, title=label)
        record(store, brought)
        say(label)
        number += 1


def write_from_threads(path: str, name: str, threads: int, rounds: int) -> None:
    """Store `rounds` outcomes from each thread, reading in between; say "done"."""
    store = open_store(Path(path))
    feed_id = store.feeds.feeds()[0].id

    def work(thread: int) -> None:
        for number in range(rounds):
            label = f"{name}-{thread}-{number}"
            entries = [new(f"{label}-{n}", matches=(match(),)) for n in range(3)]
            record(store, outcome(feed_id, *entries))
            store.stories.waiting(0, 5)

    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    store.close()
    say("done")


def write_copies(path: str, feed_id: int, rounds: int) -> None:
    """Store, round by round, a copy of what the other processes store; say "done"."""
    store = open_store(Path(path))
    for number in range(rounds):
        told = f"{chr(97 + number % 26) * 5}{number}"
        title = f"Freedonia {told}s its {told} rules for {told} chips"
        record(store, outcome(feed_id, new(f"{number}", title=title, matches=(match(),))))
    store.close()
    say("done")


def claim_all(path: str) -> None:
    """Claim due feeds a few at a time until there are no more; say the id of each."""
    store = open_store(Path(path))
    while claimed := store.feeds.claim(NOW, lease=timedelta(hours=1), limit=3):
        for feed in claimed:
            say(feed.id)
    store.close()


def open_once(path: str) -> None:
    """Open the store, write something, say how many schema steps there are."""
    store = open_store(Path(path))
    store.editions.begin(f"digest {os.getpid()}", NOW)
    say(store.upkeep.stats()["schema"])
    store.close()


def die_migrating(path: str, statement: str) -> None:
    """Be killed in the middle of a further schema step, after `statement`."""

    def m900_killed(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half (x)")
        db.execute(statement)
        os.kill(os.getpid(), signal.SIGKILL)

    migrations.STEPS = (*migrations.STEPS, m900_killed)
    open_store(Path(path))


def merge_and_undo_for_ever(path: str) -> None:
    """Merge story 2 into story 1 and undo it, again and again; say the number of each ruling."""
    store = open_store(Path(path))
    while True:
        say(f"merged-{store.rulings.rule(Wish('merge', 1, (2,)), NOW).id}")
        say(f"undone-{store.rulings.undo(None, NOW).id}")


def merge_all_into(path: str, story: int) -> None:
    """Merge stories 3 to 30, those nobody has merged yet, into one, each by a ruling of its own."""
    store = open_store(Path(path))
    for other in range(3, 31):
        with suppress(UsageError):
            store.rulings.rule(Wish("merge", story, (other,)), NOW)
    store.close()


def by_word(fresh: Sequence[StoryEntry], recent: Sequence[StoryEntry], *_: object) -> Grouped:
    """Group entries by the first word of their title: a grouping whose outcome is plain to see."""
    known: dict[str, int] = {}
    founders: dict[str, int] = {}
    for each in sorted(recent, key=lambda entry: not entry.pinned):
        if each.story is not None:
            known.setdefault(each.title.split()[0], each.story)
    decisions = []
    for each in fresh:
        word = each.title.split()[0]
        founder = founders.setdefault(word, each.id)
        decisions.append(
            StoryDecision(
                entry=each.id,
                story=known.get(word),
                founder=founder,
                copy_of=None,
                why=(f"says {word}",),
            )
        )
    return Grouped(tuple(decisions))


def rebuild(path: str) -> None:
    """Group all entries anew, saying the id to go on with after each piece, at last "done"."""
    store = open_store(Path(path))
    at = store.rebuilds.begin(None, 1, NOW + timedelta(days=60))
    while not at.finished:
        at = store.rebuilds.piece(by_word, NOW + timedelta(days=60))
        say(at.next_id)
    store.close()
    say("done")
