"""A person corrects stories: merge, split, pin, undo; and has them grouped anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.model.story import Related, StoryDecision, Weighed
from monitor.store import open_store
from tests.conftest import Command
from tests.site import Page, Site, rss
from tests.store.builders import NOW

LEAD = "Eleven makers of lithography tools need a licence from March on, says the ministry."
LISTED = ("1", "Ministry puts eleven chip firms on the entity list", LEAD)
COPY = ("c1", "Ministry puts eleven chip firms on the entity list", LEAD)
GRANT = ("2", "Semiconductor school in the north gets a grant", "Teachers are sought.")
CRASH = ("3", "Lorry with chips overturns near the harbour", "Nobody was hurt.")


@pytest.fixture
def fetched(in_home: Command, home: Path, site: Site) -> Command:
    """Three stories: e1 with its copy e4, e2, e3."""
    site.pages["/feed.xml"] = Page(rss(CRASH, GRANT, LISTED))
    site.pages["/wire.xml"] = Page(rss(COPY, title="Wire", base="https://wire.example"))
    (home / "config" / "feeds.toml").write_text(
        "".join(
            f'[[feed]]\nurl = "{site.url(path)}"\noutlet = "{outlet}"\n'
            for path, outlet in (("/feed.xml", "The Gazette"), ("/wire.xml", "The Wire"))
        )
    )
    assert in_home("fetch").status == 0
    return in_home


def story(command: Command, number: str) -> dict[str, object]:
    document: dict[str, object] = command("show", number, "--json").json
    return document


def entries(command: Command, number: str) -> list[str]:
    return [each["id"] for each in story(command, number)["entries"]]  # type: ignore[attr-defined]


def of(command: Command, query: str) -> tuple[str, str]:
    """Return the ids of the one entry a search finds, and of its story."""
    hit = command("search", query, "--limit", 1, "--json").json["results"][0]
    return hit["id"], hit["story"]


@pytest.fixture
def ids(fetched: Command) -> dict[str, str]:
    listed, its = of(fetched, "title:entity outlet:Gazette")
    copy, same = of(fetched, "title:entity outlet:Wire")
    grant, school = of(fetched, "title:school")
    crash, lorry = of(fetched, "title:lorry")
    assert its == same
    return {
        "listed": listed,
        "copy": copy,
        "grant": grant,
        "crash": crash,
        "list": its,
        "school": school,
        "lorry": lorry,
    }


def test_stories_are_merged_shown_and_taken_apart_again(
    fetched: Command, ids: dict[str, str]
) -> None:
    before = [story(fetched, ids[name]) for name in ("list", "school", "lorry")]
    done = fetched("stories", "merge", ids["list"], ids["school"], ids["lorry"])
    assert done.out == (
        f"{ids['school']} and {ids['lorry']} were merged into {ids['list']} with 2 entries\n"
    )
    assert "monitor stories undo r1" in done.err
    shown = fetched("show", ids["school"])
    assert f"{ids['school']} was merged into {ids['list']}" in shown.err
    assert "2 independent outlets" not in shown.out
    assert "4 entries, 1 independent outlet, 1 copy" in shown.out
    assert shown.out.count("  pinned") == 4
    assert f"    copy: {ids['copy']}" in shown.out
    assert "Decided by hand:\n  r1" in shown.out
    document = story(fetched, ids["lorry"])
    assert (document["id"], document["asked"]) == (ids["list"], ids["lorry"])
    assert document["merged"] == sorted([ids["school"], ids["lorry"]])
    undone = fetched("stories", "undo")
    assert undone.out.startswith("r1 is undone: ")
    after = [story(fetched, ids[name]) for name in ("list", "school", "lorry")]
    for each in after:
        assert [ruling["id"] for ruling in each.pop("rulings")] == ["r1"]  # type: ignore[attr-defined]
    assert after == [{k: v for k, v in each.items() if k != "rulings"} for each in before]


def test_entries_are_split_off_and_the_digest_has_a_card_for_each_story(
    fetched: Command, ids: dict[str, str]
) -> None:
    assert fetched("stories", "merge", ids["list"], ids["school"]).status == 0
    ruling = fetched("stories", "split", ids["list"], ids["listed"], "--json").json
    (new,) = ruling["others"]
    assert (ruling["kind"], ruling["story"]) == ("split", ids["list"])
    assert ruling["entries"] == sorted([ids["listed"], ids["copy"]])
    assert entries(fetched, new) == sorted([ids["listed"], ids["copy"]])
    assert entries(fetched, ids["list"]) == [ids["grant"]]
    assert story(fetched, ids["list"])["title"] == GRANT[1]
    preview = fetched("digest", "preview", "--format", "json").json
    cards = {c["story"]: c["entries"] for s in preview["sections"] for c in s["cards"]}
    assert cards == {
        new: [ids["listed"], ids["copy"]],
        ids["list"]: [ids["grant"]],
        ids["lorry"]: [ids["crash"]],
    }


def test_an_edition_from_before_a_merge_stays_and_its_links_arrive(
    fetched: Command, ids: dict[str, str]
) -> None:
    edition = fetched("digest", "send", "--json").json["edition"]
    sent = fetched("digest", "show", edition, "--json").out
    assert fetched("stories", "merge", ids["list"], ids["school"]).status == 0
    assert fetched("digest", "show", edition, "--json").out == sent
    cards = [c["story"] for s in json.loads(sent)["sections"] for c in s["cards"]]
    assert ids["school"] in cards
    assert all(fetched("show", each).status == 0 for each in cards)


def test_pinned_stories_survive_a_rebuild_that_moves_others(
    fetched: Command, ids: dict[str, str]
) -> None:
    assert fetched("stories", "merge", ids["list"], ids["school"]).status == 0
    before = entries(fetched, ids["list"])
    tried = fetched("stories", "rebuild", "--dry-run", "--json").json
    done = fetched("stories", "rebuild", "--json").json
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    for each in (tried, done):
        assert (each["entries"], each["pinned"], each["moved"], each["left"]) == (4, 3, 0, 0)
    assert entries(fetched, ids["list"]) == before
    assert fetched("stories", "undo").status == 0
    assert fetched("stories", "rebuild").out.startswith("4 entries looked at: 0 moved")


def test_a_rebuild_tells_what_it_would_move_and_moves_it(
    fetched: Command, ids: dict[str, str]
) -> None:
    # what was split by hand and is free again is found by the machine
    assert fetched("stories", "split", ids["list"], ids["copy"]).status == 0
    new = of(fetched, "title:entity outlet:Wire")[1]
    with_pins = fetched("stories", "rebuild", "--json").json
    assert (with_pins["pinned"], with_pins["moved"]) == (2, 0)
    assert fetched("stories", "undo").status == 0
    assert story(fetched, new)["id"] == ids["list"]
    since = fetched("stories", "rebuild", "--since", "2099-01-01", "--json").json
    assert since["entries"] == 0
    dry = fetched("stories", "rebuild", "--dry-run")
    assert "dry run: nothing was changed" in dry.err


def test_show_tells_what_was_compared_and_what_may_be_related(
    fetched: Command, ids: dict[str, str], home: Path
) -> None:
    store = open_store(home / "db" / "monitor.db")
    store.stories.attach(
        [
            StoryDecision(
                entry=int(ids["crash"][1:]),
                story=int(ids["lorry"][1:]),
                founder=int(ids["crash"][1:]),
                copy_of=None,
                why=("alone",),
                score=-0.5,
                features=(Weighed("words in common", 0.25, 1.5), Weighed("days apart", 2.0, -2.0)),
                version=3,
                related=(Related(int(ids["list"][1:]), 1, -0.5, "shares “chips”"),),
            )
        ],
        NOW,
    )
    store.close()
    short = fetched("show", ids["lorry"]).out
    assert "words in common" not in short
    assert f"Possibly related:\n  {ids['list']}  {LISTED[1]}\n      why: shares “chips”" in short
    whole = fetched("show", ids["lorry"], "--why").out
    assert "      words in common      0.25    +1.50\n" in whole
    assert "      days apart           2.00    -2.00\n" in whole
    assert "      score -0.50, version 3\n" in whole
    assert story(fetched, ids["list"])["related"] == [ids["lorry"]]


def test_rulings_are_listed_and_written_as_labels(fetched: Command, ids: dict[str, str]) -> None:
    assert "Nothing is decided by hand" in fetched("stories", "rulings").err
    assert fetched("stories", "merge", ids["list"], ids["school"]).status == 0
    assert fetched("stories", "pin", ids["lorry"], "--json").json["kind"] == "pin"
    listed = fetched("stories", "rulings", "--json").json["rulings"]
    assert [each["id"] for each in listed] == ["r1", "r2"]
    table = fetched("stories", "rulings").out.splitlines()
    assert [line.split("\t")[0] for line in table] == ["r1", "r2"]
    (line,) = fetched("stories", "rulings", "--jsonl").out.splitlines()
    pair = json.loads(line)
    assert (pair["together"], pair["ruling"]) == (True, "r1")
    assert {each["title"] for each in pair["entries"]} == {LISTED[1], GRANT[1]}
    assert fetched("stories", "undo", "r1").status == 0
    assert fetched("stories", "rulings", "--jsonl").out == ""
    assert "undone since" in fetched("stories", "rulings").out


def test_fetching_keeps_what_stories_are_found_by_small(
    fetched: Command, home: Path, site: Site
) -> None:
    keys = "SELECT count(DISTINCT entry_id) FROM story_keys"
    store = open_store(home / "db" / "monitor.db")
    with store.database.write() as connection:
        assert connection.execute(keys).fetchone()[0] == 4
        connection.execute("UPDATE entries SET first_seen_at = '2026-01-01T00:00:00.000000Z'")
    site.pages["/wire.xml"] = Page(
        rss(("c2", "Chips of a late day", ""), COPY, title="Wire", base="https://wire.example")
    )
    assert fetched("fetch", "--all").status == 0
    with store.database.read() as connection:
        assert connection.execute(keys).fetchone()[0] == 1
    store.close()


def test_what_comes_after_an_upgrade_finds_the_stories_from_before(
    fetched: Command, ids: dict[str, str], home: Path, site: Site
) -> None:
    store = open_store(home / "db" / "monitor.db")
    with store.database.write() as connection:  # as an older version left it
        for table in ("story_keys", "story_terms"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute(
            "REPLACE INTO meta (name, value) VALUES ('story_keys_from', '5'), ('story_counting', '5')"
        )
    store.close()
    late = ("c2", "Eleven chip firms put on the entity list by the ministry", LEAD)
    site.pages["/wire.xml"] = Page(rss(late, COPY, title="Wire", base="https://wire.example"))
    assert fetched("fetch", "--all").status == 0
    assert of(fetched, "title:eleven outlet:Wire title:by") == ("e5", ids["list"])


def test_search_names_copies(fetched: Command, ids: dict[str, str]) -> None:
    hits = {h["id"]: h for h in fetched("search", "title:entity", "--json").json["results"]}
    first, second = sorted([ids["listed"], ids["copy"]])
    assert (hits[first]["copy_of"], hits[first]["copies"]) == (None, [second])
    assert (hits[second]["copy_of"], hits[second]["copies"]) == (first, [first])
    assert fetched("show", first, "--json").json["copies"] == [second]
    table = fetched("search", "title:entity").out
    assert f"copy of {first}" in table
    assert "1 copy" in table


def test_wrong_rulings_are_refused_with_a_sentence(fetched: Command, ids: dict[str, str]) -> None:
    one, two, three = ids["list"], ids["school"], ids["lorry"]
    for arguments, status, said in (
        (["merge", one, one], 2, f"{one} cannot be merged with itself"),
        (["merge", one], 2, "OTHER"),
        (["merge", one, ids["listed"]], 2, "is an entry; name a story"),
        (["merge", one, "s99"], 1, "no story s99"),
        (["merge", "x7", two], 2, "'x7' is no id"),
        (["split", one, "e99"], 1, "no entry e99"),
        (["split", one, two], 2, "is a story; name an entry"),
        (["split", one, ids["grant"]], 2, f"is not in {one} but in {two}"),
        (["split", one, ids["listed"]], 2, f"all of {one}, copies included"),
        (["split", two, ids["grant"]], 2, f"all of {two}"),
        (["pin", ids["listed"]], 2, f"monitor show {ids['listed']}"),
        (["undo"], 1, "no ruling to undo"),
        (["undo", "r9"], 1, "no ruling r9"),
        (["undo", "x"], 2, "'x' is no ruling"),
        (["rulings", "--json", "--jsonl"], 2, "one of them"),
    ):
        result = fetched("stories", *arguments)
        assert (result.status, result.out) == (status, ""), arguments
        assert said in result.err, arguments
    assert fetched("stories", "merge", one, two).status == 0
    for arguments in (["merge", one, two], ["merge", two, three], ["pin", two]):
        again = fetched("stories", *arguments)
        assert again.status == 2
        assert f"{two} was merged into {one} already; name {one} instead" in again.err
    assert fetched("stories", "pin", one).status == 0
    later = fetched("stories", "undo", "r1")
    assert (later.status, "monitor stories undo r2" in later.err) == (2, True)
    assert fetched("stories", "undo", "r2").status == 0
    assert fetched("stories", "undo", "1").status == 0
    assert "undone already" in fetched("stories", "undo", "r1").err
