"""A person judges entries: the topics are measured on them, and words are proposed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.site import Page, Site, rss

WANTED = ("1", "Ministry widens entity list", "Eleven chip firms join the entity list.")
UNWANTED = ("2", "Potato chips with paprika", "A new chip in the snack aisle.")
MISSED = ("3", "Lithography tools held at the border", "The ministry names no firm.")
OTHERS = [(f"w{n}", f"Weather on day {n}", "Rain, then sun.") for n in range(12)]

TOPICS = """\
[topics.chips]
title = "Chips"
query = "chip"

[topics.controls]
title = "Controls"
query = '"entity list" AND ministry'
"""


@pytest.fixture
def watched(in_home: Command, home: Path, site: Site) -> Command:
    """A home with two plain topics that has fetched fifteen entries."""
    (home / "config" / "topics.toml").write_text(TOPICS)
    site.pages["/feed.xml"] = Page(rss(WANTED, UNWANTED, MISSED, *OTHERS))
    added = in_home("feeds", "add", site.url("/feed.xml"), "--no-fetch", "--outlet", "The Gazette")
    assert added.status == 0
    assert in_home("fetch").status == 0
    return in_home


def entry(command: Command, query: str) -> str:
    (hit,) = command("search", query, "--json").json["results"]
    number: str = hit["id"]
    return number


@pytest.fixture
def ids(watched: Command) -> dict[str, str]:
    return {
        "wanted": entry(watched, "title:entity"),
        "unwanted": entry(watched, "title:potato"),
        "missed": entry(watched, "lithography"),
    }


@pytest.fixture
def judged(watched: Command, ids: dict[str, str]) -> Command:
    """Three entries are judged for the topic chips."""
    assert watched("topics", "judge", ids["wanted"], ids["missed"], "chips", "yes").status == 0
    assert watched("topics", "judge", ids["unwanted"], "chips", "no").status == 0
    return watched


def test_judging_tells_what_was_kept_and_judging_again_changes_it(
    watched: Command, ids: dict[str, str]
) -> None:
    said = watched("topics", "judge", ids["wanted"], "chips", "yes", "--json").json
    assert set(said) == {"entry", "topic", "belongs", "judged_at"}
    assert (said["entry"], said["topic"], said["belongs"]) == (ids["wanted"], "chips", True)
    assert said["judged_at"].endswith("Z")
    assert watched("topics", "judge", ids["wanted"], "chips", "no").out == (
        f"{ids['wanted']} does not belong to chips\n"
    )
    (kept,) = watched("topics", "judged", "--json").json["judgements"]
    assert kept["belongs"] is False
    assert kept["title"] == "Ministry widens entity list"
    gone = watched("topics", "judge", ids["wanted"], "chips", "--remove", "--json").json
    assert gone["belongs"] is None
    nothing = watched("topics", "judged")
    assert (nothing.status, nothing.out) == (0, "")
    assert "Nothing is judged yet" in nothing.err


def test_several_entries_may_be_judged_at_once(watched: Command, ids: dict[str, str]) -> None:
    both = watched("topics", "judge", ids["wanted"], ids["missed"], "chips", "yes", "--json").json
    assert [each["entry"] for each in both["judgements"]] == [ids["wanted"], ids["missed"]]
    lines = watched("topics", "judged", "chips").out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{ids['wanted']}\tchips\tyes\t")


def test_of_several_judgements_all_are_taken_back_or_none(
    judged: Command, ids: dict[str, str]
) -> None:
    before = judged("topics", "judged").out
    refused = judged("topics", "judge", ids["wanted"], "e999", "chips", "--remove")
    assert (refused.status, refused.out) == (1, "")
    assert "Nothing is judged about e999" in refused.err
    assert judged("topics", "judged").out == before


def test_an_entry_named_twice_is_told_once(watched: Command, ids: dict[str, str]) -> None:
    one = ids["wanted"]
    assert watched("topics", "judge", one, one, "chips", "yes").out == f"{one} belongs to chips\n"
    again = watched("topics", "judge", one, one, "chips", "--remove")
    assert again.out == f"{one} is no longer judged for chips\n"


def test_the_topic_may_stand_before_the_entries(watched: Command, ids: dict[str, str]) -> None:
    one, two = ids["wanted"], ids["missed"]
    said = watched("topics", "judge", "chips", one, two, "yes")
    assert said.out == f"{one} belongs to chips\n{two} belongs to chips\n"
    assert watched("topics", "judge", "chips", one, "--remove").status == 0
    explained = watched("topics", "explain", one, "chips")
    assert (explained.status, explained.out) == (0, watched("topics", "explain", "chips", one).out)
    assert watched("topics", "explain", "chips", "s1").status == 2
    assert watched("topics", "explain", "chips", "x").status == 2


def test_where_nothing_is_judged_it_is_said_where_something_is(judged: Command) -> None:
    nothing = judged("topics", "judged", "nosuch")
    assert (nothing.status, nothing.out) == (0, "")
    assert nothing.err == "Nothing is judged about nosuch. There are judgements about: chips.\n"
    assert "Did you mean chips?" in judged("topics", "judged", "chip", "--json").err
    assert "Nothing is judged about controls yet." in judged("topics", "judged", "controls").err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("e1", "nosuch", "yes"), 1, "config/topics.toml has: chips, controls"),
        (("e999", "chips", "yes"), 1, "no entry e999"),
        (("e1", "e999", "chips", "yes"), 1, "no entry e999"),
        (("12", "chips", "yes"), 2, "is no id"),
        (("x", "chips", "yes"), 2, "is no id"),
        (("chips", "s1", "yes"), 2, "is no id"),
        (("chip", "e1", "yes"), 1, "Did you mean chips?"),
        (("s1", "chips", "yes"), 2, "is a story"),
        (("e1", "chips", "maybe"), 2, "'maybe' is neither yes nor no"),
        (("e1", "chips", "maybe"), 2, "judge e12 TOPIC yes"),
        (("e1", "chips"), 2, "judge e12 TOPIC yes"),
        (("chips", "yes"), 2, "judge e12 TOPIC yes"),
        (("yes",), 2, "judge e12 TOPIC yes"),
        ((), 2, "Missing argument"),
        (("chips", "--remove"), 2, "judge e12 TOPIC --remove"),
        (("e1", "chips", "--remove"), 1, "Nothing is judged about e1"),
    ],
)
def test_a_judgement_that_cannot_be_kept_is_refused(
    watched: Command, arguments: tuple[str, ...], status: int, message: str
) -> None:
    refused = watched("topics", "judge", *arguments)
    assert refused.status == status
    assert message in refused.err
    assert watched("topics", "judged", "--json").json == {"judgements": []}


def test_topics_are_measured_on_what_was_judged(judged: Command, ids: dict[str, str]) -> None:
    measured = judged("topics", "evaluate", "--judged", "--json").json
    assert measured["items"] == 3
    # Nothing was said about the other topic.
    assert list(measured["topics"]) == ["chips"]
    chips = measured["topics"]["chips"]
    assert (chips["tp"], chips["fp"], chips["fn"]) == (1, 1, 1)
    shown = judged("topics", "evaluate", "--judged", "chips", "--errors").out
    assert "chips\t0.500 0.09–0.91\t0.500 0.09–0.91\t0.500\t1\t1\t1" in shown
    assert f"chips: missed: {ids['missed']} Lithography" in shown
    refused = judged("topics", "evaluate", "--judged", "controls")
    assert refused.status == 1
    assert "Nothing is judged yet about controls" in refused.err
    assert judged("topics", "evaluate", "--judged", "nosuch").status == 1


def test_topics_are_measured_as_config_has_them_now(judged: Command, home: Path) -> None:
    topics = home / "config" / "topics.toml"
    topics.write_text(topics.read_text().replace('"chip"', '"(chip -potato) OR lithography"'))
    chips = judged("topics", "evaluate", "--judged", "--json").json["topics"]["chips"]
    assert (chips["tp"], chips["fp"], chips["fn"]) == (2, 0, 0)


def test_judgements_survive_in_a_file(judged: Command, home: Path, tmp_path: Path) -> None:
    before = judged("topics", "evaluate", "--judged", "--json").json
    lines = judged("topics", "judged", "--jsonl").out
    first = json.loads(lines.split("\n")[0])
    assert {
        "id", "title", "summary", "language", "source", "url", "published", "labels", "judged",
    } == set(first)  # fmt: skip
    assert (first["labels"], first["judged"]) == (["chips"], ["chips"])
    assert first["source"] == "The Gazette"
    kept = tmp_path / "judged.jsonl"
    kept.write_text(lines)
    for file in (home / "db").glob("monitor.db*"):
        file.unlink()
    assert judged("topics", "evaluate", kept, "--json").json == before


@pytest.mark.parametrize(
    "arguments", [("evaluate",), ("evaluate", "a", "b"), ("judged", "--json", "--jsonl")]
)
def test_a_file_and_judgements_exclude_each_other(
    watched: Command, arguments: tuple[str, ...]
) -> None:
    assert watched("topics", *arguments).status == 2


def test_languages_have_rows_of_their_own_when_there_are_several(
    watched: Command, tmp_path: Path
) -> None:
    items = [
        {"title": "chip", "labels": ["chips"], "language": "en"},
        {"title": "Chip", "labels": ["chips"], "language": "de-AT"},
        {"title": "puce", "labels": [], "language": "fr"},
    ]
    file = tmp_path / "labelled.jsonl"
    file.write_text("".join(json.dumps(item) + "\n" for item in items))
    rows = [line.split("\t") for line in watched("topics", "evaluate", file).out.splitlines()]
    assert [row[0] for row in rows if len(row) > 1] == ["chips", "· de", "· en", "controls"]


def test_a_figure_with_nothing_to_count_is_a_dash(watched: Command, tmp_path: Path) -> None:
    items: list[dict[str, object]] = [
        {"title": "chip", "labels": ["chips"]},
        {"title": "puce", "labels": ["chips"], "language": "fr"},
    ]
    file = tmp_path / "labelled.jsonl"
    file.write_text("\ufeff" + "".join(json.dumps(item) + "\n" for item in items))
    shown = watched("topics", "evaluate", file)
    rows = [line.split("\t") for line in shown.out.splitlines()]
    assert rows[1][:4] == ["· fr", "–", "0.000 0.00–0.79", "0.000"]
    assert rows[2][0] == "· language not stated"
    assert rows[3] == ["controls", "–", "–", "–", "0", "0", "0"]
    assert rows[4][0].startswith("macro F1 ")
    assert "fewer than 30 labelled entries belong to chips, controls" in shown.err


def test_of_one_topic_there_is_no_mean(judged: Command) -> None:
    shown = judged("topics", "evaluate", "--judged")
    assert "macro" not in shown.out
    assert shown.out.endswith("over 3 labelled entries\n")


def test_enough_labelled_entries_bring_no_note(watched: Command, tmp_path: Path) -> None:
    line = json.dumps({"title": "chip", "labels": ["chips"], "judged": ["chips"]}) + "\n"
    (tmp_path / "many.jsonl").write_text(line * 30)
    assert watched("topics", "evaluate", tmp_path / "many.jsonl").err == ""


@pytest.fixture
def snacks(judged: Command, site: Site) -> Command:
    """Four more entries on snacks match the topic chips and are judged not to belong."""
    more = [(f"p{n}", f"Potato chips with {n} flavours", "A snack.") for n in range(4)]
    fine = [(f"f{n}", f"Chip foundry {n} opens", "For servers.") for n in range(20)]
    site.pages["/more.xml"] = Page(rss(*more, *fine))
    judged("feeds", "add", site.url("/more.xml"), "--no-fetch")
    judged("fetch", site.url("/more.xml"))
    unwanted = judged("search", "flavours", "--json").json["results"]
    assert len(unwanted) == 4
    judged("topics", "judge", *[each["id"] for each in unwanted], "chips", "no")
    return judged


def test_few_unwanted_matches_are_too_few_to_propose_a_removal(judged: Command) -> None:
    found = judged("topics", "suggest", "chips", "--json").json
    assert found["unwanted_needed"] == 4
    assert [each for each in found["suggestions"] if each["kind"] == "remove"] == []
    shown = judged("topics", "suggest", "chips")
    assert "once 5 matches are judged not to belong: 4 more needed" in shown.err


def test_words_are_proposed_and_a_sample_to_judge(judged: Command, ids: dict[str, str]) -> None:
    found = judged("topics", "suggest", "chips", "--json").json
    assert {"topic", "suggestions", "to_judge", "estimate"} <= set(found)
    adding = [each for each in found["suggestions"] if each["kind"] == "add"]
    assert any(each["wanted_gained"] == 1 and each["edit"].startswith("OR ") for each in adding)
    assert found["estimate"] is None
    waiting = {each["id"] for each in found["to_judge"]}
    assert len(waiting) == 12
    assert waiting.isdisjoint(ids.values())


def test_words_that_would_remove_are_proposed(snacks: Command) -> None:
    found = snacks("topics", "suggest", "chips", "--json").json
    assert found["unwanted_needed"] == 0
    each = next(each for each in found["suggestions"] if each["kind"] == "remove")
    assert {
        "edit", "word", "kind", "evidence", "wanted_gained", "unwanted_gained",
        "unwanted_removed", "wanted_lost", "matches_gained", "matches_lost", "samples",
    } <= set(each)  # fmt: skip
    assert each["evidence"] == "judged"
    assert (each["unwanted_removed"], each["wanted_lost"], each["matches_lost"]) == (5, 0, 5)
    assert all("Potato" in one["title"] for one in each["samples"])


def test_what_drops_much_of_the_matches_comes_last(watched: Command, site: Site) -> None:
    potato = [(f"p{n}", f"Potato chips, bag {n}", "Tasty.") for n in range(5)]
    kettle = [(f"k{n}", f"Kettle chips, lot {n}", "Tested.") for n in range(12)]
    site.pages["/more.xml"] = Page(
        rss(
            *potato,
            *kettle,
            *((f"f{n}", f"Chip foundry {n}", "Opens.") for n in range(20)),
            *((f"s{n}", f"Score of game {n}", "Won.") for n in range(150)),
        )
    )
    watched("feeds", "add", site.url("/more.xml"), "--no-fetch")
    watched("fetch", site.url("/more.xml"))
    for query, most in (("potato", 9), ("kettle", 10)):
        found = watched("search", query, "--limit", most, "--json").json["results"]
        watched("topics", "judge", *[each["id"] for each in found], "chips", "no")
    removing = [
        each
        for each in watched("topics", "suggest", "chips", "--json").json["suggestions"]
        if each["kind"] == "remove"
    ]
    lost = [each["matches_lost"] for each in removing]
    first, last = removing[0], removing[-1]
    assert first["matches_lost"] < 10 <= last["matches_lost"], removing
    assert first["unwanted_removed"] < last["unwanted_removed"]
    assert [each >= 10 for each in lost] == sorted(each >= 10 for each in lost)


def test_the_proposed_edit_does_what_it_says(snacks: Command, home: Path) -> None:
    edits = [
        each["edit"]
        for each in snacks("topics", "suggest", "chips", "--json").json["suggestions"]
        if each["kind"] == "remove"
    ]
    topics = home / "config" / "topics.toml"
    topics.write_text(topics.read_text().replace('"chip"', f'"chip"\nboost = [{edits[0]}]'))
    chips = snacks("topics", "evaluate", "--judged", "--json").json["topics"]["chips"]
    assert (chips["tp"], chips["fp"], chips["fn"]) == (1, 0, 1)


def test_precision_and_recall_are_told_once_the_sample_is_judged(judged: Command) -> None:
    for each in judged("topics", "suggest", "chips", "--json").json["to_judge"]:
        judged("topics", "judge", each["id"], "chips", "no")
    found = judged("topics", "suggest", "chips", "--json").json
    assert found["to_judge"] == []
    estimate = found["estimate"]
    assert estimate["strata"] == {"matched": 2, "near": 0, "rest": 13}
    assert estimate["judged"] == {"matched": [1, 1], "near": [0, 0], "rest": [1, 12]}
    assert (estimate["precision"], estimate["recall"]) == (0.5, 0.5)
    assert estimate["recall_interval"] == [0.5, 0.5]
    shown = judged("topics", "suggest", "chips").out
    assert "recall       0.50, 95 % interval 0.50 to 0.50" in shown


def test_without_judgements_it_is_said_what_to_do(watched: Command) -> None:
    shown = watched("topics", "suggest", "controls")
    assert shown.status == 0
    assert "monitor topics judge e12 controls yes" in shown.err
    assert "near misses" in shown.out or "the rest" in shown.out
    assert watched("topics", "suggest", "nosuch").status == 1
    since = watched("topics", "suggest", "controls", "--since", "1h", "--json").json
    assert since["entries"] == 15


def test_the_list_to_judge_is_short_and_says_what_to_type(watched: Command) -> None:
    sample = watched("topics", "suggest", "chips", "--json").json["to_judge"]
    assert len(sample) == 15
    shown = watched("topics", "suggest", "chips").out
    assert f"monitor topics judge {sample[0]['id']} chips yes" in shown
    assert shown.count("  the rest     e") == 5
    assert "the rest     and 8 more, with --all" in shown
    assert watched("topics", "suggest", "chips", "--all").out.count("  the rest     e") == 13


def test_judgements_from_elsewhere_are_counted(snacks: Command) -> None:
    found = snacks("topics", "suggest", "chips", "--json").json
    assert found["judgements"] == 7
    listed = "of your judgements"
    if found["judged_elsewhere"]:
        assert f"{found['judged_elsewhere']} {listed}" in snacks("topics", "suggest", "chips").out
    since = snacks("topics", "suggest", "chips", "--since", "2999-01-01", "--json").json
    assert since["judged_elsewhere"] == 7


def test_without_entries_there_is_nothing_to_suggest(judged: Command) -> None:
    later = judged("topics", "suggest", "chips", "--since", "2999-01-01")
    assert (later.status, later.out) == (0, "")
    assert later.err.startswith("There are no stored entries since 2999-01-01")
    found = judged("topics", "suggest", "chips", "--since", "2999-01-01", "--json").json
    assert (found["entries"], found["suggestions"], found["to_judge"]) == (0, [], [])
    assert found["estimate"]["precision"] is found["estimate"]["recall"] is None


def test_without_a_match_there_is_no_precision(watched: Command, home: Path) -> None:
    (home / "config" / "topics.toml").write_text(TOPICS.replace('"chip"', '"zebra"'))
    everything = watched("topics", "suggest", "chips", "--json").json["to_judge"]
    watched("topics", "judge", *[each["id"] for each in everything], "chips", "no")
    shown = watched("topics", "suggest", "chips").out
    assert "precision    –" in shown
    assert "recall       –" in shown


def test_an_empty_store_has_nothing_to_suggest(in_home: Command) -> None:
    found = in_home("topics", "suggest", "chips", "--json").json
    assert (found["entries"], found["suggestions"], found["to_judge"]) == (0, [], [])
    assert found["estimate"]["precision"] is found["estimate"]["recall"] is None
    shown = in_home("topics", "suggest", "chips")
    assert (shown.status, shown.out, shown.err) == (0, "", "There are no stored entries.\n")
